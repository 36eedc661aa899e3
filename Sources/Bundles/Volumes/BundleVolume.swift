/// Which one of a bundle's tarballs a tarball is.
public struct BundleVolume: Codable, Sendable, Hashable {
  /// How many a bundle may have.
  public static let limit = 9999

  /// From 1.
  public var number: Int
  /// How many there are.
  public var count: Int

  /// A volume of its parts.
  public init(number: Int, count: Int) {
    self.number = number
    self.count = count
  }

  private enum CodingKeys: String, CodingKey {
    case number
    case count = "of"
  }
}
