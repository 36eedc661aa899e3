import Foundation
import HTTPClient
import StoreAPI

extension SingleSignOnError {
  /// Decides on the code, never on the status alone. Source: auth-and-macaroons, section 4.3.
  init(_ response: HTTPResponse, call: StoreCall) {
    let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(response.body))
    let item = StoreCall.items(in: response).first
    let code = refusal?.code ?? item?.code.uppercased().replacing("-", with: "_") ?? ""
    let message = refusal?.message ?? item?.message ?? ""
    switch code {
    case "INVALID_CREDENTIALS": self = .invalidCredentials
    case "TWOFACTOR_REQUIRED": self = .secondFactorRequired
    case "TWOFACTOR_FAILURE": self = .secondFactorRefused
    case "ACCOUNT_SUSPENDED": self = .accountUnavailable("the account is suspended")
    case "ACCOUNT_DEACTIVATED": self = .accountUnavailable("the account is deactivated")
    case "EMAIL_INVALIDATED": self = .accountUnavailable("the e-mail address is no longer valid")
    case "PASSWORD_POLICY_ERROR": self = .passwordPolicy(location: refusal?.extra?["location"]?.texts.first)
    case "INVALID_DATA":
      let fields = (refusal?.extra ?? [:]).sorted { $0.key < $1.key }.flatMap { field, value in
        value.texts.map { "\(field): \($0)" }
      }
      self = .invalidData(fields.isEmpty ? [message] : fields)
    case "TOO_MANY_REQUESTS": self = .tooManyRequests
    default:
      self = response.status == 429 ? .tooManyRequests : .other(status: response.status, message: message)
    }
  }

  private struct Refusal: Decodable {
    var code: String
    var message: String?
    var extra: [String: Explanation]?
  }

  /// A text or a list of texts; anything else says nothing.
  private struct Explanation: Decodable {
    var texts: [String]
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        texts = [text]
      } else {
        texts = (try? container.decode([String].self)) ?? []
      }
    }
  }
}
