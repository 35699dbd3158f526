/// Characters that a reader takes for others: letters of other scripts and small capitals for Latin ones, from Unicode's
/// confusables (UTS #39, revision 15), and what is missing there and seen; syllables and radicals for the words of a
/// Chinese text that they look like. What the compatibility mapping of Unicode says already does not stand here.
enum LookAlikes {
    static var count: Int { rows.unicodeScalars.count { $0 != "\n" } - rows.split(separator: "\n").count }

    /// The plain character, then those that are taken for it.
    private static let rows = """
        2ƧƻϨᒿꙄꛯꝚ
        3ƷȜзҘӡⳌꝪꞫ𑣊𖼻
        4Ꮞ𑢯
        5Ƽ𑢻
        6бᏮⳒ𑣕
        7𐓒𑣆
        8ȣ৪੪𐌚
        9৭੧୨൭ⳊꝮ𑣌𑣖
        aɑαаᎪᗅᴀꓮ𐊠𖽀
        bßƀƃƄɓʙβБЬвѣҍᏏᏴᑲᑳᖯᗷꓐꞴ𐊂𐊡𐌁
        cȼсҫᴄⲥꓚꮯ𐊢𐌂𐐽𐔜𑣩𑣲
        dÐđƌɖɗԁᎠᏧᑯᗞᗪᴅꓒꓓ
        eɇɛεеэєҽҿᎬᴇⴹꓰꬲ𐊆𑢦𑢮
        fƒϜքᖴᵮẝꓝꞙꬵ𐊇𐊥𐔥𑣂
        gƍǥɠɡɢԍցᏀᏳᶃꓖ
        hħɦʜΗнћҢһӇӉհᎻᏂᏲᕼⱧⲎꓧꚕ𐋏
        iıɨɩɪιіӏᵻᵼꙇꭵ𑣃
        jɉϳјᎫᒍᴊꓙꞲ
        kƙκкҚҞᏦᛕᴋⱩⲔꓗꝀ𐔘
        lłƚǀɫɭʟ۱ᏞᒪᛁⲒⳐⵏꓡꓲ𐊊𐌉𐌠𐐛𐔦𑢲𖼖𖼨
        mɱΜϺмӍᎷᗰᛖᴍⲘꓟ𐊰𐌑
        nŋƝƞɳɴΝηոռᵰⲚꓠ𐔓
        oøɵθοσоѳөօ۵०০੦૦ଠ୦௦౦೦ഠ൦๐໐ဝ၀ჿዐᴏᴑⲟⴱⵁⵔ〇ꓳꝋꬽꬾꭴꮎꮻ𐊒𐊫𐐬𐓪𐔖𑓐𑢵𑣈𑣗𑣠
        pƥρрᏢᑭᴘᵽⲣꓑ𐊕
        qʠԛգզⵕ
        rɍɼɽʀгғᎡᏒᖇᴦᵲⲅꓣꭇꭈꮁ𐒴𖼵
        sƽʂѕտᏕᵴꓢꜱꮪ𐊖𐑈𑣁𖼺
        tŧƭƮȾτтҬᎢᴛᵵⲦꓔ𐊗𐊱𐌕𑢼𖼊
        uɄʋμυսሀᑌᴜᵾꓴꞟꭎꭒꮜ𐓶𑣘𖽂
        vʌνѵ۷ᐯᴠⴸꓦꛟꮩ𐔝𑜆𑣀𖼈
        wɯʍωшщѡѽԝաᏔᴡꓪꝡꮃ𑓅𑜊𑜎𑜏𑣦𑣯
        x×χхҲᕁᕽᚷⲬⵝꓫꞳ𐊐𐊴𐌗𐌢𐔧𑣬
        yƴɏɣʏΥγуүұყᎩᎽᶌỿⲨꓬꭚ𐊲𑢤𑣜𖽃
        zƶȥʐΖᴢᵶꓜꮓ𐋵𑢩𑣄𑣥
        丬⺦
        乚⺃
        乛⺂
        二ニ
        高髙
        博愽
        亻⺅
        兀⺎
        八ハ
        刂⺉
        力カ
        卜ト
        口ロ
        夕タ
        尢⺐
        尣⺏
        工エ
        巳⺒
        幺⺓
        彑⺔
        忄⺖
        扌⺘
        攵⺙
        旡⺛
        歺⺞
        民⺠
        氵⺡
        氺⺢
        灬⺣
        爫⺤
        犭⺨
        礻⺭
        纟⺯
        罒⺫⺲
        罓⺱
        耂⺹
        肀⺺
        艹⺾⺿⻀
        虎⻁
        衤⻂
        西⻄
        覀⻃
        见⻅
        讠⻈
        贝⻉
        车⻋
        辶⻌⻍
        钅⻐
        镸⻒
        长⻑⻓
        门⻔
        阝⻏⻖
        青⻘
        韦⻙
        页⻚
        风⻛
        飞⻜
        食⻝
        饣⻟⻠
        马⻢
        鬼⻤
        鱼⻥
        麦⻨
        黄⻩
        齐⻫⻬
        齿⻭⻮
        龙⻯⻰
        龟⻲
        加➕
        """

    /// nil: it looks like nothing else.
    static func plain(_ scalar: UInt32) -> UInt32? { table[scalar] }

    private static let table: [UInt32: UInt32] = {
        var table: [UInt32: UInt32] = [:]
        for row in rows.unicodeScalars.split(separator: "\n") {
            guard let plain = row.first else { continue }
            for scalar in row.dropFirst() { table[scalar.value] = plain.value }
        }
        return table
    }()
}
