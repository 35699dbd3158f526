import CampaignFiles
import CampaignModel
import Testing

@Suite("Files of events")
struct EventFileTests {
    private func read(_ text: String, isCSV: Bool = true) throws -> EventFile {
        try EventFile(Array(text.utf8), isCSV: isCSV)
    }

    @Test("a spreadsheet's dates are dates, and an opt-out needs none")
    func optOuts() throws {
        let file = try read(
            """
            open_id,kind,at,amount,id
            a,opted_out,2026/11/20 9:00,,
            b,opted_out,,,
            c,opted_out,########,,
            d,Opted-Out,46346.375,-,
            e,ordered,2026/11/20 9:00,12.50,o1
            f,ordered,,12.50,o2
            g,ordered,########,12.50,o3
            """)
        #expect(file.events.map(\.openID) == ["a", "b", "c", "d", "e"])
        let nine = Moment(iso8601: "2026-11-20T09:00:00+08:00")
        #expect(file.events.map(\.at) == [nine, nil, nil, nine, nine])
        #expect(file.bad == [7, 8].map { BadEventLine(line: $0, reason: .badMoment) })
    }

    @Test("a file of opt-outs may have no column for the moment at all")
    func noColumn() throws {
        let file = try read("open_id,kind\na,opted_out\nb,replied\n")
        #expect(file.events.map(\.openID) == ["a"] && file.events[0].at == nil)
        #expect(file.bad == [BadEventLine(line: 3, reason: .badMoment)])
    }

    @Test("the same in JSON, whatever form the moment has")
    func json() throws {
        let file = try read(
            """
            {"open_id":"a","kind":"opted_out"}
            {"open_id":"b","kind":"opted_out","at":null}
            {"open_id":"c","kind":"opted_out","at":true}
            {"open_id":"d","kind":"opted_out","at":1795136400}
            {"open_id":"e","kind":"opted_out","at":"2026/11/20 9:00","id":7}
            {"open_id":"","kind":"opted_out"}
            """, isCSV: false)
        #expect(file.events.map(\.openID) == ["a", "b", "c", "d", "e"])
        #expect(file.events.map { $0.at != nil } == [false, false, false, true, true])
        #expect(file.bad == [BadEventLine(line: 6, reason: .badOpenID)])
    }
}
