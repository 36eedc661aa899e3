/// The version of the whole package: its programs, their manual pages, the offline package and the APIs.
public enum SoftwareVersion {
  /// For example `1.0.0`, without a `v`.
  public static let current = "1.1.0"
}
