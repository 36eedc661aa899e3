import StoreExport
import StoreModel
import Testing

@Suite("PackageList") struct PackageListTests {
  @Test("reads the documented file") func documented() throws {
    let packages = try PackageList.parse(
      Array(
        """
        packages:
        - name: charmed-postgresql
          revision: 96
          push_channel: chp_14/edge
        - name: charmed-mysql
          revision: 97
          push_channel: 8.0/edge
        """.utf8), file: "snaps.yaml")
    #expect(packages.map(\.name.description) == ["charmed-postgresql", "charmed-mysql"])
    #expect(packages.map(\.revision.number) == [96, 97])
    // A track with dots stays text, and is no number.
    #expect(packages.map(\.pushChannel.description) == ["chp_14/edge", "8.0/edge"])
  }

  @Test(
    "says where a file is wrong",
    arguments: [
      ("", "it has no list 'packages'"), ("packages: []", "it has no list 'packages'"),
      ("a: [", "line 1, column 5: did not find expected node content"),
      ("packages: [x]", "line 1, column 12: package 1 is 'x', not a mapping"),
      ("packages: [{name: jq, revision: 6}]", "line 1, column 12: package 1 has no 'push_channel'"),
      (
        "packages: [{name: jq, revision: 0, push_channel: stable}]",
        "line 1, column 33: package 1: '0' is not a revision"
      ),
      (
        "packages: [{name: jq, revision: [6], push_channel: stable}]",
        "line 1, column 33: package 1 has a list as 'revision'"
      ),
      (
        "packages: [{name: J, revision: 6, push_channel: stable}]",
        "line 1, column 19: package 1: 'J' is not a snap name"
      ),
      (
        "packages: [{name: jq, revison: 6, push_channel: x}]",
        "line 1, column 23: package 1 has the unknown member 'revison'"
      ),
    ])
  func wrong(text: String, reason: String) {
    do {
      _ = try PackageList.parse(Array(text.utf8), file: "f")
      Issue.record("accepted")
    } catch { #expect(error.message == "cannot use f: \(reason)") }
  }
}
