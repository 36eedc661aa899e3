import Bundles
import StoreAPI
import StoreModel
import Testing

@testable import StoreExport

@Suite("SnapNeeds") struct SnapNeedsTests {
  private func needs(_ yaml: String?, type: SnapType? = nil, base: String? = nil) -> [String: String] {
    var details = SnapDetails()
    details.snapYAML = yaml
    details.type = type
    details.base = base
    return Dictionary(
      uniqueKeysWithValues: SnapNeeds(of: details, title: "a revision 1").snaps.map {
        ($0.key.description, $0.value.rawValue)
      })
  }

  @Test("an app needs its base and snapd") func base() {
    #expect(needs("name: a\nbase: core22") == ["core22": "base", "snapd": "snapd"])
  }

  @Test("an app without a base stands on core, unless it wants none") func noBase() {
    #expect(needs("name: a") == ["core": "base", "snapd": "snapd"])
    #expect(needs("name: a\nbase: none") == ["snapd": "snapd"])
  }

  @Test("bases and kernels need snapd alone, and snapd nothing") func others() {
    #expect(needs("name: core22\ntype: base") == ["snapd": "snapd"])
    #expect(needs("name: k\ntype: kernel") == ["snapd": "snapd"])
    #expect(needs("name: core\ntype: os") == ["snapd": "snapd"])
    #expect(needs("name: snapd\ntype: snapd") == [:])
  }

  @Test("content plugs name providers, with or without a slot, by interface or by their own name") func content() {
    let yaml = """
      name: a
      base: core22
      plugs:
        network: null
        gtk:
          interface: content
          target: $SNAP/gtk
          default-provider: gtk-common-themes:gtk-3-themes
        content:
          default-provider: gnome-42
        other:
          interface: shared-memory
          default-provider: not-a-provider
        desktop: desktop
      """
    #expect(
      needs(yaml) == [
        "core22": "base", "snapd": "snapd", "gtk-common-themes": "content provider", "gnome-42": "content provider",
      ])
  }

  @Test("without a snap.yaml, or with one that is broken, the store's word counts") func noYAML() {
    #expect(needs(nil, type: .app, base: "core18") == ["core18": "base", "snapd": "snapd"])
    #expect(needs("a: [", type: .base) == ["snapd": "snapd"])
  }

  @Test("names the revision whose snap.yaml is broken or too large, and goes on with the store's word") func unread() {
    var details = SnapDetails()
    details.base = "core18"
    // Each line holds ten times what the line before it holds.
    details.snapYAML = (0..<12).map { level in
      let items = Array(repeating: level == 0 ? "x" : "*a\(level - 1)", count: 10).joined(separator: ",")
      return "a\(level): &a\(level) [\(items)]\n"
    }.joined()
    let needs = SnapNeeds(of: details, title: "jq revision 6")
    #expect(needs.snaps.map(\.key.description).sorted() == ["core18", "snapd"])
    #expect(
      needs.unread == [
        "unknown which snaps jq revision 6 needs: its snap.yaml cannot be read: line 5, column 22: there are more than "
          + "50000 values"
      ])
  }
}
