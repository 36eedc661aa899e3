import Foundation
import StoreAPI
import StoreModel
import Testing

@Suite("InfoResponse") struct InfoResponseTests {
  private let text = """
    {"name":"hello","snap-id":"AbCdEfGhIjKlMnOpQrStUvWxYz012345","default-track":null,
     "snap":{"name":"hello","title":"Hello","license":null,"private":false,"prices":{},"media":[],"unheard-of":1,
       "publisher":{"id":"acme-root","username":"acme","display-name":"Acme","validation":"verified"}},
     "channel-map":[{"channel":{"name":"stable","track":"latest","risk":"stable","architecture":"amd64",
         "released-at":"2026-01-01T00:00:00+00:00"},
       "revision":5,"version":"2.1","type":"app","base":"core22","confinement":"strict","architectures":["amd64"],
       "epoch":"1*","download":{"url":"http://h/x.snap","size":34000,"deltas":[],
         "sha3-384":"cad08839ba0e4299f27f7c50b1ff1a0e879a0b4ea0b2626175dc81b636f2b6dd67f9111b7de746c184c941467913c23f"}}]}
    """

  @Test("reads an entry's channel object and the revision's members beside it")
  func reads() throws {
    let info = try JSONDecoder().decode(InfoResponse.self, from: Data(text.utf8))
    let entry = try #require(info.channelMap.first)
    #expect(try entry.channel.channel() == .stable)
    #expect(try entry.details.revision == Revision(5))
    #expect(entry.details.epoch == Epoch(read: [0, 1], write: [1]))
    #expect(entry.details.download?.size == 34000)
    #expect(info.snap.publisher?.displayName == "Acme")
  }

  @Test("writes what it read")
  func writes() throws {
    let info = try JSONDecoder().decode(InfoResponse.self, from: Data(text.utf8))
    let again = try JSONDecoder().decode(InfoResponse.self, from: JSONEncoder().encode(info))
    #expect(again.channelMap == info.channelMap)
    #expect(again.snap == info.snap)
  }
}
