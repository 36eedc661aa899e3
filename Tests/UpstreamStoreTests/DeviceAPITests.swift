import Foundation
import HTTPClient
import HTTPTesting
import Reporting
import StoreAPI
import StoreModel
import Testing
import UpstreamStore

@Suite("DeviceAPI") struct DeviceAPITests {
  private func api(
    store: String? = nil, token: String? = nil,
    _ script: @escaping @Sendable (ScriptedServer.Received) -> [ScriptedServer.Step]
  ) throws -> (DeviceAPI, ScriptedServer) {
    let server = try ScriptedServer(script)
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    let endpoints = try UpstreamEndpoints(allAt: server.url)
    return (
      try DeviceAPI(
        client: HTTPClient(configuration), endpoints: endpoints, store: try store.map { try StoreID(parsing: $0) },
        credentials: token.map { .token($0) }),
      server
    )
  }

  private static let info = """
    {"name":"jq","snap-id":"AbCdEfGhIjKlMnOpQrStUvWxYz012345","snap":{"title":"jq"},"channel-map":[{"channel":
    {"name":"stable","track":"latest","risk":"stable","architecture":"amd64","released-at":null},"revision":6}]}
    """

  @Test("asks for a snap with its series, store and proof") func info() async throws {
    let (api, server) = try api(store: "acme", token: "x") { _ in
      [.send(answer("200 OK", body: Self.info))]
    }
    let info = try await api.info(SnapName(parsing: "jq"))
    #expect(info.channelMap.first?.details.revision?.number == 6)
    let request = try #require(server.received.first)
    #expect(request.path.hasPrefix("/v2/snaps/info/jq?fields=architectures%2Cbase%2C"))
    #expect(request.header("snap-device-series") == "16")
    #expect(request.header("snap-device-store") == "acme")
    #expect(request.header("authorization") == "Macaroon x")
  }

  @Test("a snap that is not there, or of which nothing is released, is not found") func notFound() async throws {
    let jq = try SnapName(parsing: "jq")
    let empty = #"{"name":"jq","snap-id":"AbCdEfGhIjKlMnOpQrStUvWxYz012345","snap":{},"channel-map":[]}"#
    for reply in [answer("404 Not Found", body: "{}"), answer("200 OK", body: empty)] {
      let (api, _) = try api { _ in [.send(reply)] }
      do {
        _ = try await api.info(jq)
        Issue.record("found")
      } catch let error as UpstreamError {
        #expect(error.kind == .notFound)
        #expect(error.message.hasPrefix("snap jq not found"))
      }
    }
  }

  @Test(
    "an answer that makes no sense says where",
    arguments: [("{}", "'channel-map' is missing in ''"), ("{<html>", "it is not JSON of the expected form")])
  func malformed(body: String, reason: String) async throws {
    let (api, _) = try api { _ in [.send(answer("200 OK", body: body))] }
    do {
      _ = try await api.info(SnapName(parsing: "jq"))
      Issue.record("understood")
    } catch let error as UpstreamError {
      #expect(error.message == "cannot find the snap jq: the store's answer makes no sense: \(reason)")
      #expect(error.kind == .network)
    }
  }

  @Test(
    "a refusal is told in the store's words, whatever their spelling, harmless for a terminal",
    arguments: [
      #"{"error-list":[{"code":"a","message":"no\u001b[31m way"}]}"#,
      #"{"error_list":[{"code":"a","message":"no[31m way"}]}"#, #"{"error_message":"no[31m way"}"#,
      #"{"title":"t","detail":"no[31m way","status":400}"#,
    ])
  func refusal(body: String) async throws {
    let (api, _) = try api { _ in [.send(answer("400 Bad Request", body: body))] }
    do {
      _ = try await api.info(SnapName(parsing: "jq"))
      Issue.record("accepted")
    } catch let error as UpstreamError { #expect(error.message == "cannot find the snap jq: no[31m way") }
  }

  @Test("results of a refresh come in the order of the actions") func refresh() async throws {
    let (api, server) = try api { _ in
      [
        .send(
          answer(
            "200 OK",
            body:
              #"{"results":[{"result":"error","instance-key":"b","error":{"code":"c","message":"m"}},{"result":"download","instance-key":"a","snap":{"revision":3}}]}"#
          ))
      ]
    }
    var (first, second) = (RefreshAction(action: "download"), RefreshAction(action: "download"))
    (first.instanceKey, second.instanceKey) = ("a", "b")
    let results = try await api.refresh([first, second], architecture: .amd64)
    #expect(results.map(\.result) == ["download", "error"])
    #expect(server.received.first?.header("snap-device-architecture") == "amd64")
    first.instanceKey = "c"
    await #expect(throws: UpstreamError.self) { try await api.refresh([first], architecture: .amd64) }
  }

  @Test("who we are is told to the store's own host only") func download() async throws {
    let elsewhere = try ScriptedServer { _ in [.send(answer("200 OK", body: "x"))] }
    let (api, server) = try api(token: "x") { _ in [.send(answer("200 OK", body: "y"))] }
    _ = try await api.download("\(elsewhere.url)/f") { _ in }
    _ = try await api.download("\(server.url)/f") { _ in }
    #expect(elsewhere.received.map { $0.header("authorization") } == [nil])
    #expect(server.received.map { $0.header("authorization") } == ["Macaroon x"])
  }

  @Test("a small file has a limit") func smallFile() async throws {
    let (api, server) = try api { _ in [.send(answer("200 OK", body: "12345"))] }
    #expect(try await api.smallFile("\(server.url)/i", limit: 5).body.count == 5)
    await #expect(throws: UpstreamError.self) { try await api.smallFile("\(server.url)/i", limit: 4) }
  }
}
