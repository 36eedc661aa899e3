import StoreAPI
import StoreModel

/// Describes snaps and revisions as the devices API does.
struct SnapDescriber: Sendable {
  /// Without a trailing slash.
  let baseURL: String
  let fields: FieldSet

  /// What belongs to the snap.
  func snap(_ snap: SimulatedSnap) -> SnapDetails {
    var details = SnapDetails()
    let seed = snap.seed
    details.name = seed.name
    details.snapID = snap.snapID
    details.title = seed.name.description
    details.summary = seed.summary
    details.description = "\(seed.summary).\nMade for demonstrations and tests.\n"
    details.license = seed.license
    details.contact = "mailto:\(seed.publisher.username)@example.com"
    details.website = "https://\(seed.name).example.com"
    details.links = [
      "contact": ["mailto:\(seed.publisher.username)@example.com"], "website": ["https://\(seed.name).example.com"],
    ]
    details.storeURL = "\(baseURL)/\(seed.name)"
    details.isPrivate = seed.store != .global
    details.prices = [:]
    details.publisher = Publisher(
      id: seed.publisher.id, username: seed.publisher.username, displayName: seed.publisher.displayName,
      validation: seed.publisher.validation.rawValue)
    details.categories = seed.categories.map { Category(name: $0, featured: $0 == "featured") }
    details.media =
      snap.icon == nil
      ? []
      : [
        Medium(
          type: "icon", url: "\(baseURL)/icons/\(seed.name).png", width: Double(Icon.edge), height: Double(Icon.edge))
      ]
    return fields.keep(details)
  }

  /// What belongs to the revision.
  /// - Parameter lies: What to say of the file in place of the truth.
  func revision(_ revision: StoredRevision, of snap: SimulatedSnap, lies: DownloadLies = DownloadLies()) -> SnapDetails
  {
    var details = SnapDetails()
    let seed = revision.seed
    details.revision = seed.number
    details.version = seed.version
    details.type = seed.type
    details.base = seed.base
    details.confinement = seed.confinement
    details.epoch = try? Epoch(parsing: seed.epoch)
    details.architectures = [seed.architecture]
    details.commonIDs = []
    details.createdAt = StoreTime.text(dayNumber: 0)
    details.snapYAML = revision.yaml
    details.download = Download(
      url: "\(baseURL)\(Self.path(of: seed.number, snapID: snap.snapID))",
      size: UInt64(clamping: Int64(clamping: revision.file.size) + lies.sizeDifference),
      sha3: lies.digest ?? revision.file.digest, deltas: [])
    return fields.keep(details)
  }

  /// Where the file of a revision is.
  static func path(of revision: Revision, snapID: SnapID) -> String {
    "/api/v1/snaps/download/\(snapID)_\(revision).snap"
  }
}
