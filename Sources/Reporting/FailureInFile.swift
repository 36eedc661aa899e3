/// A failure in the contents of a file, told with the file's name: who pushes all files of a disk must know which one it is.
public struct FailureInFile: UserFacingError {
  /// As the user wrote it.
  public let file: String
  /// What is wrong in it.
  public let failure: any UserFacingError

  /// That of the failure.
  public var kind: FailureKind { failure.kind }
  /// The file, then the failure.
  public var message: String { "\(file): \(failure.message)" }
  /// That of the failure.
  public var advice: String? { failure.advice }

  /// Runs `body`, and names the file in failures that do not name it yet.
  /// - Parameter isInContents: Which failures are of what the file holds; by default those of integrity.
  public static func naming<Value>(
    _ file: String, where isInContents: (any UserFacingError) -> Bool = { $0.kind == .integrity },
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
  ) async throws -> Value {
    do { return try await body() } catch let failure as any UserFacingError
      where isInContents(failure) && !failure.message.contains(file)
    {
      throw FailureInFile(file: file, failure: failure)
    }
  }
}
