/// The one place where real chance enters: a seed for generators that are handed in everywhere else.
package enum SystemChance {
    package static func seed() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
