import CampaignModel
import Testing

@Suite("Moments as the world writes them")
struct LooseMomentTests {
    private static let nine = "2026-11-20T09:00:00.000+08:00"

    @Test(
        "what a spreadsheet, a shop or the platform makes of nine o'clock is nine o'clock",
        arguments: [
            "2026-11-20T09:00:00+08:00", "2026-11-20T09:00:00+0800", "2026-11-20T01:00:00Z", "2026-11-20 09:00:00",
            "2026-11-20 09:00", "2026/11/20 9:00", "2026/11/20 9:00:00", "2026/11/20  09:00", " 2026/11/20 9:00 ",
            "2026-11-20 9:00", "2026.11.20 9:00", "2026/11/20 9:00 AM", "2026/11/20 上午9:00", "2026/11/20 上午 9:00",
            "2026年11月20日 9:00", "2026年11月20日9:00", "2026年11月20日 9时", "2026年11月20日9点00分", "11/20/2026 9:00",
            "20/11/2026 9:00", "20.11.2026 9:00", "１１/２０/２０２６ ９：００", "20261120 9:00", "2026/11/20T9:00",
            "1795136400", "1795136400000", "1795136400000000", "1795136400000000000", "46346.375",
            "2026/11/20\u{A0}9:00", "2026/11/20 9:00:00.000", "\u{FEFF}2026/11/20 9:00",
        ])
    func nine(_ text: String) { #expect(Moment(loose: text)?.iso8601 == Self.nine) }

    @Test(
        "halves of the day",
        arguments: [
            ("2026/11/20 9:00 PM", "2026-11-20T21:00:00.000+08:00"),
            ("2026/11/20 下午 3:30", "2026-11-20T15:30:00.000+08:00"),
            ("2026/11/20 12:05 AM", "2026-11-20T00:05:00.000+08:00"),
            ("2026/11/20 12:05 PM", "2026-11-20T12:05:00.000+08:00"), ("2026/11/20", "2026-11-20T00:00:00.000+08:00"),
            ("46346", "2026-11-20T00:00:00.000+08:00"), ("46346.99999", "2026-11-20T23:59:59.000+08:00"),
        ])
    func halves(_ text: String, _ moment: String) { #expect(Moment(loose: text)?.iso8601 == moment) }

    @Test(
        "what can be read in two ways, or in none, is not guessed",
        arguments: [
            "", "soon", "yesterday", "9:00", "10/11/2026 9:00", "2026/13/20 9:00", "2026/02/30 9:00",
            "2026/11/20 25:00",
            "2026/11/20 9:61", "12", "123456", "2026", "########", "11/20/26 9:00", "2026/11/20 9:00 9:00", "-1",
            "99999.5", "46346.", "46346.x", "2026-11-20 9:00 AM PM",
        ])
    func refused(_ text: String) { #expect(Moment(loose: text) == nil) }
}

@Suite("A person's id inside of text")
struct WholeIDTests {
    @Test(
        "is found however JSON writes it, and only whole",
        arguments: [
            (#"{"from":"ou_1"}"#, #"{"from":"X"}"#), (#"{"from":"\u006fu_1"}"#, #"{"from":"X"}"#),
            (#"{"from":"\u006F\u0075\u005f\u0031"}"#, #"{"from":"X"}"#), (#"{"from":"ou\u005f1"}"#, #"{"from":"X"}"#),
            (#"{"content":"{\"from\":\"\\u006fu_1\"}"}"#, #"{"content":"{\"from\":\"X\"}"}"#),
            (#"{"text":"\u0020ou_1\u0020"}"#, #"{"text":"\u0020X\u0020"}"#),
            (#"{"text":"\nou_1\n"}"#, #"{"text":"\nX\n"}"#),
            ("ou_1,ou_1", "X,X"),
        ])
    func replaced(_ text: String, _ expected: String) {
        let changed = WholeID.replacing("ou_1", in: Array(text.utf8), by: "X")
        #expect(changed.map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test(
        "a longer id that holds it is another person",
        arguments: [
            "ou_10", "you_1", #"ou_1\u0030"#, #"\u0079ou_1"#, #"\u006fu_11"#, "ou-1", #"ou\u002d1"#, "", #"\u006"#,
            #"\"#,
        ])
    func another(_ text: String) { #expect(WholeID.replacing("ou_1", in: Array(text.utf8), by: "X") == nil) }
}
