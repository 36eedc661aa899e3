extension Migration {
  /// Configuration, assertions, the catalogue with its history, nonces, audit.
  static let foundations = """
    CREATE TABLE configuration (
      name text PRIMARY KEY,
      value text NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now()
    );

    -- The newest revision of each identity and format.
    CREATE TABLE assertion (
      type text NOT NULL,
      primary_key text[] NOT NULL,
      format integer NOT NULL,
      revision integer NOT NULL,
      sequence bigint,
      sign_key text NOT NULL,
      encoded bytea NOT NULL,
      stored_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (type, primary_key, format)
    );

    CREATE TABLE snap (
      snap_id text PRIMARY KEY,
      name text NOT NULL CONSTRAINT snap_name_is_unique UNIQUE,
      details jsonb NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now()
    );

    -- Which stores list a snap; 'ubuntu' is the global one.
    CREATE TABLE snap_store (
      snap_id text NOT NULL REFERENCES snap ON DELETE CASCADE,
      store text NOT NULL,
      PRIMARY KEY (snap_id, store)
    );

    CREATE TABLE snap_icon (
      snap_id text PRIMARY KEY REFERENCES snap ON DELETE CASCADE,
      sha3_384 text NOT NULL,
      extension text NOT NULL,
      size bigint NOT NULL
    );

    CREATE TABLE snap_revision (
      snap_id text NOT NULL REFERENCES snap ON DELETE CASCADE,
      revision integer NOT NULL,
      sha3_384 text NOT NULL,
      size bigint NOT NULL,
      architectures text[] NOT NULL,
      details jsonb NOT NULL,
      -- Some channel held it where it came from, so devices may ask for it by number.
      was_released boolean NOT NULL DEFAULT false,
      imported_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (snap_id, revision)
    );
    CREATE INDEX snap_revision_file ON snap_revision (sha3_384);

    -- What each channel holds and held. A period without an end is now.
    CREATE TABLE channel_release (
      snap_id text NOT NULL REFERENCES snap ON DELETE CASCADE,
      channel text NOT NULL,
      architecture text NOT NULL,
      revision integer NOT NULL,
      period tstzrange NOT NULL CHECK (NOT isempty(period) AND NOT lower_inf(period)),
      CONSTRAINT one_revision_at_a_time EXCLUDE USING gist
        (snap_id WITH =, channel WITH =, architecture WITH =, period WITH &&)
    );

    -- One row: grows with every change of what is offered; its lock lets changes come one after the other.
    CREATE TABLE catalogue_state (
      single boolean PRIMARY KEY DEFAULT true CHECK (single),
      generation bigint NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now()
    );
    INSERT INTO catalogue_state (generation) VALUES (1);

    CREATE TABLE device_nonce (
      nonce text PRIMARY KEY,
      expires_at timestamptz NOT NULL
    );
    CREATE INDEX device_nonce_expiry ON device_nonce (expires_at);

    CREATE TABLE audit (
      number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now(),
      actor text NOT NULL,
      action text NOT NULL,
      subject text NOT NULL,
      details jsonb NOT NULL DEFAULT '{}'
    );

    CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the audit table is append-only';
    END
    $$;
    CREATE TRIGGER audit_rows_stay BEFORE UPDATE OR DELETE ON audit
      FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit();
    CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();
    """
}
