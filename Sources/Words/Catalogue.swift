/// The catalogue of sentences for people. Each room's part is an extension in a file of this folder, so that what
/// marketers and operators read can be reviewed in one place. Nothing outside this folder spells out such a sentence.
package enum Catalogue {}
