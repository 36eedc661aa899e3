import PostgreSQL
import Reporting
import Testing

@Suite("Connection string") struct ConnectionStringTests {
  @Test(
    "reads both forms and shows itself without the password",
    arguments: [
      (
        "postgresql://snapproxy:s3cret@10.126.46.135:5432/snapproxy",
        "postgresql://snapproxy:<redacted>@10.126.46.135:5432/snapproxy"
      ),
      ("postgresql://snapproxy@db.internal/proxy", "postgresql://snapproxy@db.internal:5432/proxy"),
      ("host=db.internal user=u password='a b' dbname=d", "postgresql://u:<redacted>@db.internal:5432/d"),
      ("host=/run/pg user=u dbname=d", "postgresql://u@%2Frun%2Fpg:5432/d"),
      ("postgres://u:p@[::1]:6000/d?sslmode=require", "postgresql://u:<redacted>@[::1]:6000/d?sslmode=require"),
      ("host=a,b port=1,2 dbname=d user=u", "postgresql://u@a:1,b:2/d"),
      ("password=p dbname=d", "postgresql:///d?password=<redacted>"),
    ])
  func redacts(text: String, shown: String) throws {
    #expect(try ConnectionString(parsing: text).description == shown)
  }

  @Test("survives being written and read again, password included")
  func roundTrip() throws {
    let string = try ConnectionString(parsing: "host=h port=5432 user='o\\'brien' dbname='ä/b' sslmode=require")
      .settingPassword("p@ss:w/rd%25 ?&")
    let again = try ConnectionString(parsing: string.text)
    #expect(again == string)
    #expect(again.password == "p@ss:w/rd%25 ?&")
    #expect(again.user == "o'brien")
    #expect(again.database == "ä/b")
    #expect(again.settingPassword(nil).password == nil)
  }

  @Test(
    "refuses what libpq cannot read, without repeating any of it",
    arguments: ["", "host=h password=my hunter2", "postgresql://u:hunter2%zz@h/d", "postgresql://u@h/d?hunter2=1"])
  func refuses(text: String) {
    let error = #expect(throws: PostgreSQLError.self) { try ConnectionString(parsing: text) }
    #expect(error?.message.contains("hunter2") == false)
    #expect(error?.kind == .usage)
  }

  @Test(
    "says that credentials must be encoded, and shows nothing of them",
    arguments: [
      "postgresql://store:my@secret@127.0.0.1:5432/store", "postgresql://store:100%secret@127.0.0.1:5432/store",
      "postgresql://store:se/secret@127.0.0.1:5432/store", "postgres://store:a/b?secret@127.0.0.1:5432/store",
      "postgresql://my@secret:x@127.0.0.1:5432/store",
    ])
  func unencoded(text: String) {
    let error = #expect(throws: PostgreSQLError.unencodedCredentials(server: "127.0.0.1:5432/store")) {
      try ConnectionString(parsing: text)
    }
    #expect(error?.message.contains("secret") == false)
    #expect(error?.advice?.contains("@ as %40") == true && error?.advice?.contains("% as %25") == true)
  }

  @Test(
    "takes an @ where it belongs",
    arguments: [
      ("postgresql://store%40tenant:my%40s%2F%25@db:5432/store", "my@s/%"),
      ("postgresql://db/store?user=store@tenant&password=my@s", "my@s"),
      ("postgresql://store%40tenant:a?b#c[d@db:5432/store", "a?b#c[d"),
    ])
  func encoded(text: String, password: String) throws {
    let string = try ConnectionString(parsing: text)
    #expect(string.user == "store@tenant")
    #expect(string.password == password)
  }
}
