import Foundation
import StoreAPI

/// How details stand in the database.
enum CatalogueCoding {
  static func text(_ details: SnapDetails) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(details), as: UTF8.self)
  }
}
