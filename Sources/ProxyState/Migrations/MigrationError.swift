public import Reporting

/// Why a database does not fit this program.
public enum MigrationError: UserFacingError, Equatable {
  /// A newer program migrated it.
  case schemaIsNewer(found: Int, known: Int)
  /// A step landed with other statements than this program knows.
  case stepDiffers(number: Int, name: String)

  /// The state does not allow to go on.
  public var kind: FailureKind { .notConfigured }

  /// What is there and what was expected.
  public var message: String {
    switch self {
    case .schemaIsNewer(let found, let known):
      "cannot use the database: its schema is version \(found), this program knows versions up to \(known)"
    case .stepDiffers(let number, let name):
      "cannot use the database: step \(number) (\(name)) of its schema is not the one that this program knows"
    }
  }

  /// What to do.
  public var advice: String? {
    switch self {
    case .schemaIsNewer: "upgrade this program to the version of the other units"
    case .stepDiffers: "use the database with the program that made it, or an empty database"
    }
  }
}
