import Reporting
import Testing

@Suite("Saturating arithmetic") struct SaturatingTests {
  @Test("agrees with the exact result, or gives the bound that is nearest to it")
  func everyByte() {
    for left in Int8.min...Int8.max {
      for right in Int8.min...Int8.max {
        let (a, b) = (Int(left), Int(right))
        #expect(Saturating.sum(left, right) == Int8(clamping: a + b))
        #expect(Saturating.difference(left, right) == Int8(clamping: a - b))
        #expect(Saturating.product(left, right) == Int8(clamping: a * b))
      }
    }
    for left in UInt8.min...UInt8.max {
      for right in UInt8.min...UInt8.max {
        let (a, b) = (Int(left), Int(right))
        #expect(Saturating.sum(left, right) == UInt8(clamping: a + b))
        #expect(Saturating.difference(left, right) == UInt8(clamping: a - b))
        #expect(Saturating.product(left, right) == UInt8(clamping: a * b))
      }
    }
  }

  @Test("adds up sizes that do not fit together")
  func totals() {
    #expect(Saturating.sum(of: [UInt64.max, 1, 5]) == .max)
    #expect(Saturating.sum(of: [UInt64]()) == 0)
    var total = Int.max
    Saturating.add(1, to: &total)
    #expect(total == .max)
  }
}
