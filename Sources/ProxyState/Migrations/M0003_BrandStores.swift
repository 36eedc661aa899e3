extension Migration {
  /// Stores of brands, and who may see what they list.
  static let brandStores = """
    -- Stores of brands that were imported. Only devices of the brand whose model names one see what it lists.
    CREATE TABLE brand_store (
      store text PRIMARY KEY,
      name text NOT NULL,
      brand_id text NOT NULL,
      -- The store whose view for devices this one is.
      parent text,
      -- Stores whose snaps this one may include.
      allowed_sources text[] NOT NULL DEFAULT '{}',
      imported_at timestamptz NOT NULL DEFAULT now()
    );

    -- Who lists a snap is known of snaps, too, that are only declared or were removed: what assertions say of them stays
    -- between the devices of those stores.
    ALTER TABLE snap_store DROP CONSTRAINT snap_store_snap_id_fkey;
    """
}
