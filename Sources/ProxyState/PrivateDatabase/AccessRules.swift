/// Whom the private server lets in: the user that it runs as, and root, both as the one database user.
struct AccessRules {
  /// The login name of the user that the server runs as.
  let account: String
  /// The name of the database user.
  let databaseUser: String

  /// `pg_hba.conf`: Unix sockets alone, where the kernel says which user connects.
  let hostRules = "local all all peer map=snap_proxy\n"

  /// `pg_ident.conf`. Source: PostgreSQL's documentation, User Name Maps.
  var userMap: String {
    Set(["root", account]).sorted().map { "snap_proxy \"\($0)\" \(databaseUser)\n" }.joined()
  }

  /// Writes both files into a data directory where they say something else.
  func write(to data: String) throws(DurableFileError) {
    for (name, text) in [("pg_hba.conf", hostRules), ("pg_ident.conf", userMap)] {
      try DurableFile.rewrite("\(data)/\(name)", as: text)
    }
  }
}
