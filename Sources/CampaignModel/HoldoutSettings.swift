/// People whom no campaign of the house writes to, so that all of them together can be measured.
package struct HoldoutSettings: Sendable, Equatable {
    /// A new name draws new people.
    package var name = "house"
    /// Of everybody; zero: nobody is held out.
    package var share = Share.zero
    package init() {}
}
