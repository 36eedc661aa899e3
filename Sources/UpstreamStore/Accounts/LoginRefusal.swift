import Foundation
import HTTPClient
import Macaroons

/// What the login service answers with.
struct LoginDischarge: Decodable {
  let macaroon: BakeryMacaroon

  private enum CodingKeys: String, CodingKey { case macaroon = "Macaroon" }
}

/// What the login service says where it gives no discharge. Names of members begin with either case of letter.
struct LoginRefusal {
  /// Where a browser goes, and where its result comes from.
  struct Browser: Decodable {
    let visitURL: String
    let waitTokenURL: String

    private enum CodingKeys: String, CodingKey {
      case visitURL = "VisitURL"
      case waitTokenURL = "WaitTokenURL"
    }
  }

  private struct Body: Decodable {
    struct Information: Decodable {
      let methods: [String: Method]?

      enum CodingKeys: String, CodingKey { case methods = "InteractionMethods" }
    }
    /// Of the many methods one counts; what the others look like does not matter.
    struct Method: Decodable {
      let browser: Browser?

      init(from decoder: any Decoder) throws { browser = try? Browser(from: decoder) }
    }
    let code: String?
    let message: String?
    let information: Information?

    private enum CodingKeys: String, CodingKey {
      case code = "Code"
      case lowerCode = "code"
      case message = "Message"
      case lowerMessage = "message"
      case information = "Info"
      case lowerInformation = "info"
    }

    init(from decoder: any Decoder) throws {
      let object = try decoder.container(keyedBy: CodingKeys.self)
      code =
        try object.decodeIfPresent(String.self, forKey: .code)
        ?? object.decodeIfPresent(String.self, forKey: .lowerCode)
      message =
        try object.decodeIfPresent(String.self, forKey: .message)
        ?? object.decodeIfPresent(String.self, forKey: .lowerMessage)
      information =
        (try? object.decodeIfPresent(Information.self, forKey: .information))
        ?? (try? object.decodeIfPresent(Information.self, forKey: .lowerInformation))
    }
  }

  /// Words for people, which programs compare.
  let code: String
  /// For people, made harmless for a terminal.
  let message: String
  /// How a browser may log in, if it may.
  let browser: Browser?

  init(_ response: HTTPResponse) {
    let body = try? JSONDecoder().decode(Body.self, from: Data(response.body))
    code = body?.code ?? ""
    let words = body?.message ?? body?.code ?? "it answered with status \(response.status)"
    message = String(
      String.UnicodeScalarView(words.unicodeScalars.prefix(500).filter { $0.value >= 0x20 && $0.value != 0x7f }))
    browser = body?.information?.methods?["browser-window"]?.browser
  }
}
