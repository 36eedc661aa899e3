import Foundation
import HTTPTypes
import JSONSupport
import NIOCore
import StoreAPI
import StoreModel
import Testing

@testable import ProxyServer

@Suite("Refresh requests") struct RefreshRequestTests {
  @Test("reads a refresh request as the general decoder does")
  func refresh() throws {
    let text = """
      {"context":[{"snap-id":"AbCdEfGhIjKlMnOpQrStUvWxYz012345","instance-key":"k\\u0031","revision":4,
        "tracking-channel":"latest/stable","epoch":{"read":[0,1],"write":[1]},"refreshed-date":"2026-01-02T10:00:00Z",
        "ignore-validation":true,"cohort-key":null,"validation-sets":[["16","a","b","3"]],"held":{"by":["system"]}},
        {"snap-id":"x","instance-key":"k2","revision":-1,"epoch":"1*"}],
       "actions":[{"action":"refresh","instance-key":"k1","snap-id":"AbCdEfGhIjKlMnOpQrStUvWxYz012345"},
        {"action":"install","instance-key":"install-1","name":"no","channel":"beta","epoch":null,"revision":7,
          "ignore-validation":false,"validation-sets":[["16","a","b","3"],["16","a","c"]]},
        {"action":"fetch-assertions","key":"g","assertions":[
          {"type":"snap-declaration","primary-key":["16","x"],"if-newer-than":3},
          {"type":"validation-set","sequence-key":["16","a","b"],"sequence":2,"if-sequence-equal-or-newer-than":1}]}],
       "fields":["title","version"],"assertion-max-formats":{"snap-declaration":5},"later":{"a":[1.5e3,null,true]}}
      """
    let expected = try JSONDecoder().decode(RefreshRequest.self, from: Data(text.utf8))
    let found = try PostRefresh.parse(ByteBuffer(string: text))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // What no answer depends on is passed over.
    var comparable = expected
    comparable.context[0].refreshedDate = nil
    #expect(try encoder.encode(found) == encoder.encode(comparable))
  }

  @Test(
    "refuses requests that are malformed or too large",
    arguments: [
      "", "[]", "null", "{\"actions\":[{}]}", #"{"actions":[{"action":"install","name":"x"}]}"#,
      #"{"context":[{"snap-id":"x"}]}"#, #"{"actions":"x"}"#,
      #"{"context":[{"snap-id":"x","instance-key":"k","revision":1},{"snap-id":"y","instance-key":"k","revision":2}]}"#,
      #"{"actions":[{"action":"install","instance-key":"a","name":"x"},{"action":"download","instance-key":"a","name":"y"}]}"#,
      #"{"actions":[{"action":"fetch-assertions","key":"a"},{"action":"fetch-assertions","key":"a"}]}"#,
      #"{"actions":[{"action":"install","instance-key":"a","name":"x"}],"actions":[{"action":"install","instance-key":"a"}]}"#,
      "{\"fields\":[" + Array(repeating: "\"title\"", count: 1001).joined(separator: ",") + "]}",
      "{\"actions\":["
        + Array(repeating: #"{"action":"fetch-assertions","key":"a"}"#, count: 2001).joined(separator: ",")
        + "]}",
    ])
  func refusesRequests(text: String) {
    #expect {
      try PostRefresh.parse(ByteBuffer(string: text))
    } throws: {
      ($0 as? ProtocolError)?.status == .badRequest
    }
  }
}
