extension Migration {
  /// What comes with a brand's store besides its snaps.
  static let storeImports = """
    -- A store that does not list a snap any more: its devices do not see the snap, and nobody else does because of that.
    ALTER TABLE snap_store ADD COLUMN is_listed boolean NOT NULL DEFAULT true;
    -- The store that a brand's snap is registered in: no other brand may show it to its devices.
    ALTER TABLE snap_store ADD COLUMN is_home boolean NOT NULL DEFAULT false;

    -- Of two exports of a store the later one counts.
    ALTER TABLE brand_store ADD COLUMN exported_at timestamptz;
    -- So it is of what a snap's channels hold, which exports of several stores may tell.
    CREATE TABLE snap_export (
      snap_id text PRIMARY KEY REFERENCES snap ON DELETE CASCADE,
      exported_at timestamptz NOT NULL
    );

    -- Who administers a brand's stores behind the gap. Of the token only the digest is known.
    CREATE TABLE brand_administrator (
      brand_id text PRIMARY KEY,
      account_id text NOT NULL,
      email text NOT NULL,
      username text,
      display_name text,
      token_sha3_384 text NOT NULL UNIQUE,
      token_issued_at timestamptz NOT NULL,
      token_expires_at timestamptz NOT NULL,
      exported_at timestamptz NOT NULL,
      imported_at timestamptz NOT NULL DEFAULT now()
    );
    """
}
