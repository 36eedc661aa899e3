/// The identities that Canonical's system snaps have in every store. snapd's base declaration and its prerequisites name
/// them, so that a device refuses a snapd or a core of another identity. Source: snapd, `snap/naming/wellknown.go` and
/// `interfaces/builtin`.
enum OfficialSnapID {
  /// `nil` for all other snaps.
  static func of(_ name: String) -> String? {
    [
      "core": "99T7MUlRhtI3U0QFgl5mXXESAiSwt776", "core18": "CSO04Jhav2yK0uz97cr0ipQRyqg0qQL6",
      "core20": "DLqre5XGLbDqg9jPtiAhRRjDuPVa5X1q", "core22": "amcUKQILKXHHTlmSa7NMdnXSx02dNeeT",
      "core24": "dwTAh7MZZ01zyriOZErqd1JynQLiOGvM", "snapd": "PMrrV4ml8uWuEUDBT8dSGnKUYbevVhc4",
    ][name]
  }
}
