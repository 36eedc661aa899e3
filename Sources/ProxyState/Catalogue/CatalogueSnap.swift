public import Cryptography
public import StoreAPI
public import StoreModel

/// One snap: what it is, its revisions, and what each channel holds.
public struct CatalogueSnap: Sendable {
  /// The snap's identity.
  public let id: SnapID
  /// The snap's name.
  public let name: SnapName
  /// The stores that list it; `ubuntu` is the global one, whose snaps every device may see.
  public let stores: Set<String>
  /// What belongs to the snap rather than to a revision: title, summary, publisher, ...
  public let details: SnapDetails
  /// The picture that we serve ourselves.
  public let icon: CatalogueIcon?
  /// Every revision whose file is here.
  public let revisions: [Revision: CatalogueRevision]
  /// What each channel holds now. A closed channel has no entry.
  public let channelMap: [ReleaseSlot: CatalogueRelease]
  /// Revisions that some channel holds or held: only these may be asked for by number.
  public let everReleased: Set<Revision>

  /// A snap of its parts.
  public init(
    id: SnapID, name: SnapName, stores: Set<String>, details: SnapDetails, icon: CatalogueIcon?,
    revisions: [Revision: CatalogueRevision], channelMap: [ReleaseSlot: CatalogueRelease],
    everReleased: Set<Revision>
  ) {
    self.id = id
    self.name = name
    self.stores = stores
    self.details = details
    self.icon = icon
    self.revisions = revisions
    self.channelMap = channelMap
    self.everReleased = everReleased
  }
}

/// A revision whose file is in the blob store.
public struct CatalogueRevision: Sendable, Hashable {
  /// The number.
  public let revision: Revision
  /// Of the file; also its address in the blob store.
  public let sha3: SHA3Digest
  /// Of the file, in bytes.
  public let size: UInt64
  /// What it runs on; `all` alone for everything.
  public let architectures: [Architecture]
  /// What belongs to the revision: version, base, snap.yaml, ... Without `download` and `media`, whose URLs are the
  /// server's business.
  public let details: SnapDetails

  /// A revision of its parts.
  public init(
    revision: Revision, sha3: SHA3Digest, size: UInt64, architectures: [Architecture], details: SnapDetails
  ) {
    self.revision = revision
    self.sha3 = sha3
    self.size = size
    self.architectures = architectures
    self.details = details
  }

  /// Whether a device of that architecture can run it.
  public func runs(on architecture: Architecture) -> Bool {
    architectures.contains(architecture) || architectures.contains(.all)
  }
}

/// A picture in the blob store.
public struct CatalogueIcon: Sendable, Hashable {
  /// Of the file; also its address in the blob store.
  public let sha3: SHA3Digest
  /// `png`, `svg` or `jpg`.
  public let fileExtension: String
  /// In bytes.
  public let size: UInt64

  /// A picture of its parts.
  public init(sha3: SHA3Digest, fileExtension: String, size: UInt64) {
    self.sha3 = sha3
    self.fileExtension = fileExtension
    self.size = size
  }
}
