import CampaignModel
import Glibc
import Testing
import Words

@Suite("What the system says reaches people in their language")
struct SystemWordsTests {
    @Test(
        "a wrong path, a missing right and a full disk are told in Chinese to who reads Chinese",
        arguments: [
            ENOENT, EACCES, EPERM, EISDIR, ENOTDIR, EEXIST, ENAMETOOLONG, ELOOP, ENOSPC, EDQUOT, EROFS, EIO, EMFILE,
            EADDRINUSE, EADDRNOTAVAIL, ECONNREFUSED,
        ])
    func system(_ code: Int32) {
        let words = String(cString: strerror(code))
        #expect(!words.inChinese.contains { $0.isASCII && $0.isLetter }, "\(words)")
        let sentence = Catalogue.Usage.cannotRead("a.yaml", words)
        #expect(sentence.en == "Cannot read a.yaml: \(words)." && sentence.zh == "读不了 a.yaml：\(words.inChinese)。")
    }
}
