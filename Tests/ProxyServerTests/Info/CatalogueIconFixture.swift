import Cryptography
import ProxyState

enum CatalogueIconFixture {
  static func png(_ digest: SHA3Digest) -> CatalogueIcon {
    CatalogueIcon(sha3: digest, fileExtension: "png", size: 67)
  }
}
