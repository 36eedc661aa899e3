/// How much one refresh request may hold. snapd sends one entry of context for each installed snap and at most one action
/// for each; the largest devices have some hundreds.
public enum RefreshLimits {
  /// Snaps of the context.
  public static let context = 10_000
  /// Actions of all kinds.
  public static let actions = 2_000
  /// Assertions in all groups of `fetch-assertions` together.
  public static let assertions = 20_000
  /// Members that the device wants to know of each snap; there are some thirty.
  public static let fields = 1_000
  /// Validation sets of one snap.
  public static let validationSets = 100
  /// Parts of an assertion's key; no type has more than four.
  public static let keyParts = 16
  /// Epochs that a revision reads or writes; snapd allows ten.
  public static let epochs = 100
  /// Types of assertions with a highest format.
  public static let formats = 1_000
  /// The body, in bytes.
  public static let body = 4 << 20
}
