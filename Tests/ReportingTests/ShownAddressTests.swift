import Reporting
import Testing

@Suite("Shown addresses") struct ShownAddressTests {
  @Test(
    "hold nothing that may be secret",
    arguments: [
      ("https://user:pw@h/p?token=t", "https://h/p"), ("jane:s3cret@nosuchproxy:3128", "nosuchproxy:3128"),
      ("http:/jane:s3cret@127.0.0.1:3128", "127.0.0.1:3128"), ("http://jane:a@b/c?d#e@proxy", "http://proxy"),
      ("https://store.example/v2/find?q=a@b", "https://store.example/v2/find"),
      ("https://jane:pa?ss@proxy:3128", "https://proxy:3128"), ("https://h/p#access_token=t", "https://h/p"),
      ("http://h/\nforged", "http://h/"), ("", ""),
    ])
  func shown(text: String, shown: String) { #expect(ShownAddress.text(of: text) == shown) }
}
