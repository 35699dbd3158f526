import Digests
import Testing

/// Vectors of FIPS 180-4 and RFC 4231.
@Suite struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256(text: String, expected: String) {
        #expect(Digest.of(text.utf8).hexadecimal == expected)
    }

    @Test func sha1() {
        #expect(Digest.of("abc".utf8, by: .sha1).hexadecimal == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }

    @Test func piecesMakeTheSameDigestAsTheWhole() {
        var pieces = Digest()
        pieces.update("a")
        pieces.update([UInt8]())
        pieces.update([0x62, 0x63].lazy.map { UInt8($0) })
        let digest = pieces.finish()
        #expect(digest.hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func keyed(key: [UInt8], text: String, expected: String) {
        #expect(KeyedDigest.of(Array(text.utf8), key: key).hexadecimal == expected)
    }

    @Test func anEmptyKeyOrTextIsNoError() {
        #expect(
            KeyedDigest.of([], key: []).hexadecimal
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }
}
