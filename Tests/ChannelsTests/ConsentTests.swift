import CampaignModel
import Testing
import Wire

@testable import Channels

@Suite("Consent calls and image upload")
struct ConsentTests {
    let calls = ConsentCalls(baseURL: .production)
    let token = AccessToken("bus_act.x")!

    func response(_ body: String) -> HTTPResponse { HTTPResponse(status: 200, body: Array(body.utf8)) }

    @Test("The walk asks by cursor, a hundred at a time")
    func pageRequest() {
        let request = calls.page(of: "brand", token: token)
        #expect(request.url == "https://open.douyin.com/im/authorize/user_list/?open_id=brand")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"cursor":"0","limit":100}"#)
    }

    @Test("A page gives its people and where to go on")
    func pages() throws {
        let body =
            #"{"err_no":0,"data":{"auth_user_list":[{"target_open_id":"a"},{"target_open_id":"b","path":null}],"#
            + #""has_more":true,"next_cursor":"100"}}"#
        #expect(
            try ConsentCalls.page(from: response(body), after: "0").get()
                == AuthorizedPage(openIDs: ["a", "b"], nextCursor: "100"))
        let last = #"{"err_no":"0","data":{"auth_user_list":null,"has_more":0,"next_cursor":100}}"#
        #expect(
            try ConsentCalls.page(from: response(last), after: "100").get()
                == AuthorizedPage(openIDs: [], nextCursor: nil))
    }

    @Test(
        "A page that could lose people or never end is unreadable",
        arguments: [
            #"{"err_no":0,"data":{"auth_user_list":[{"target_open_id":""}],"has_more":false}}"#,
            #"{"err_no":0,"data":{"auth_user_list":[{}],"has_more":false}}"#,
            #"{"err_no":0,"data":{"auth_user_list":[]}}"#,
            #"{"err_no":0,"data":{"auth_user_list":[],"has_more":true,"next_cursor":"7"}}"#,
            #"{"err_no":0,"data":{"auth_user_list":[],"has_more":true}}"#,
            #"{"err_no":0}"#,
        ])
    func badPages(_ body: String) {
        #expect(ConsentCalls.page(from: response(body), after: "7") == .failure(.unreadable))
    }

    @Test(
        "A status is 1 or 2 and nothing else",
        arguments: [
            (#"{"err_no":0,"data":{"status":1}}"#, .success(.authorized)),
            (#"{"err_no":0,"data":{"status":"2"}}"#, .success(.notAuthorized)),
            (#"{"err_no":0,"data":{"status":3}}"#, .failure(.unreadable)),
            (#"{"err_no":0,"data":{}}"#, .failure(.unreadable)),
            (
                #"{"err_no":28001008,"err_msg":"x","log_id":"l","data":{}}"#,
                .failure(.refused(code: 28_001_008, words: "x", logID: "l"))
            ),
        ] as [(String, Result<ConsentStatus, CallFailure>)])
    func statuses(_ body: String, _ expected: Result<ConsentStatus, CallFailure>) {
        #expect(ConsentCalls.status(from: response(body)) == expected)
    }

    @Test("A status is asked for one person, and for an app where it is another")
    func statusRequest() {
        let request = calls.status(of: "ou_1", towards: "brand", appID: "tt1", token: token)
        #expect(request.path == "/im/authorize/status/")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"c_open_id":"ou_1","app_id":"tt1"}"#)
    }

    static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]

    @Test("An image travels as one multipart field between lines it does not contain")
    func upload() throws {
        let upload = ImageUpload(baseURL: .production)
        let hostile = Self.png + Array("--curfew-image-boundary-0".utf8)
        let request = try upload.request(for: hostile, clientToken: AccessToken("clt.x")!)
        #expect(request.header("content-type") == "multipart/form-data; boundary=curfew-image-boundary-1")
        #expect(
            request.body.starts(
                with: Array("--curfew-image-boundary-1\r\nContent-Disposition: form-data; name=\"image\"".utf8)))
        let ending = Array("\r\n--curfew-image-boundary-1--\r\n".utf8)
        #expect(request.body.suffix(ending.count) == ending[...])
        #expect(throws: ImageUpload.Defect.unknownFormat) {
            try upload.request(for: Array("GIF89a".utf8), clientToken: AccessToken("clt.x")!)
        }
        let large = Self.png + [UInt8](repeating: 0, count: ImageUpload.imageBytesMax)
        #expect(throws: ImageUpload.Defect.tooLarge(bytes: large.count)) {
            try upload.request(for: large, clientToken: AccessToken("clt.x")!)
        }
    }

    @Test("An upload's reply gives the media id")
    func uploaded() {
        let body = #"{"image_id":"@x","width":1,"data":{"error_code":0},"extra":{"error_code":0}}"#
        #expect(ImageUpload.mediaID(from: response(body)) == .success("@x"))
        #expect(ImageUpload.mediaID(from: response(#"{"data":{"error_code":0}}"#)) == .failure(.unreadable))
    }
}
