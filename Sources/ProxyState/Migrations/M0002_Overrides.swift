extension Migration {
  /// Revision overrides with their history.
  static let overrides = """
    -- What devices get in place of what the channel holds. A period without an end is now. No reference to snap: online
    -- the proxy overrides what it never stored.
    CREATE TABLE snap_override (
      snap_id text NOT NULL,
      snap_name text NOT NULL,
      channel text NOT NULL,
      architecture text NOT NULL,
      revision integer NOT NULL CHECK (revision > 0),
      set_by text NOT NULL,
      period tstzrange NOT NULL CHECK (NOT isempty(period) AND NOT lower_inf(period)),
      CONSTRAINT one_override_at_a_time EXCLUDE USING gist
        (snap_id WITH =, channel WITH =, architecture WITH =, period WITH &&)
    );
    CREATE INDEX snap_override_name ON snap_override (snap_name) WHERE upper_inf(period);

    -- Numbers what one command or one request changed, so that it can be undone as a whole.
    CREATE SEQUENCE override_change;

    CREATE INDEX audit_by_action ON audit (action, number);
    """
}
