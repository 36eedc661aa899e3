/// Arithmetic on numbers that a peer, a file or an upstream store chose. A result that does not fit becomes the nearest
/// value that does, where the operators of Swift would end the process.
///
/// Use it for counters, totals and limits, where "at least this much" is a correct answer. Where a wrong total would be
/// believed, use `addingReportingOverflow` and refuse the input.
public enum Saturating {
  /// `left + right`, at most the type's maximum and at least its minimum.
  public static func sum<Number: FixedWidthInteger>(_ left: Number, _ right: Number) -> Number {
    let (sum, overflow) = left.addingReportingOverflow(right)
    // Only terms of one sign overflow.
    return overflow ? (right < 0 ? .min : .max) : sum
  }

  /// The sum of all terms; 0 of none.
  public static func sum<Number: FixedWidthInteger>(of terms: some Sequence<Number>) -> Number {
    terms.reduce(0) { sum($0, $1) }
  }

  /// `left - right`, at most the type's maximum and at least its minimum: 0 for unsigned types.
  public static func difference<Number: FixedWidthInteger>(_ left: Number, _ right: Number) -> Number {
    let (difference, overflow) = left.subtractingReportingOverflow(right)
    return overflow ? (right < 0 ? .max : .min) : difference
  }

  /// `left * right`, at most the type's maximum and at least its minimum.
  public static func product<Number: FixedWidthInteger>(_ left: Number, _ right: Number) -> Number {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? ((left < 0) == (right < 0) ? .max : .min) : product
  }

  /// `total += amount`.
  public static func add<Number: FixedWidthInteger>(_ amount: Number, to total: inout Number) {
    total = sum(total, amount)
  }
}
