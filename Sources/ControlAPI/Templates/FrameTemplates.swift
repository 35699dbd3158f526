/// What stands around every page. Sizes of drawings are attributes: style attributes would need a hole in the content
/// policy.
enum FrameTemplates {
    static let all = [
        "head": head, "foot": foot, "banner": banner, "message": message, "login": login, "proof": proof, "stop": stop,
        "sessions": sessions,
    ]

    private static let head = """
        <!doctype html>
        <html lang="{{frame.lang}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{frame.title}} · Curfew</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/style.css">
        <script type="module" src="/live.js"></script>
        </head>
        <body>
        <a class="skip" href="#content">{{frame.words.toContent}}</a>
        <header class="top">
        <a class="brand" href="/">Curfew</a>
        {{#frame.isKnown}}<nav aria-label="{{frame.words.menu}}"><ul>
        {{#frame.places}}<li><a href="{{href}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{name}}</a></li>{{/frame.places}}
        </ul></nav>
        <a class="button stop" href="/stop">{{frame.words.stopAll}}</a>{{/frame.isKnown}}
        <a class="language" href="{{frame.otherHref}}" lang="{{frame.otherLang}}" hreflang="{{frame.otherLang}}">{{frame.otherLanguage}}</a>
        </header>
        <main id="content" tabindex="-1">
        <h1>{{frame.title}}</h1>
        {{#frame.rehearsal}}<p class="note rehearsal">{{frame.rehearsal}}</p>{{/frame.rehearsal}}
        {{#frame.isKnown}}<div data-live="banner">{{#frame.banner}}{{>banner}}{{/frame.banner}}</div>{{/frame.isKnown}}
        {{#frame.said}}<p class="note said" role="status">{{frame.said}}</p>{{/frame.said}}

        """

    private static let banner = """
        {{#stopped}}<p class="note bad"><strong>{{stopped}}</strong> <a href="/stop">{{goOn}}</a></p>{{/stopped}}
        {{#troubles}}<p class="note bad">{{.}}</p>{{/troubles}}
        """

    private static let foot = """

        </main>
        <footer>
        {{#frame.isKnown}}<span>{{frame.person}}</span>
        <form method="post" action="/logout"><button class="quiet">{{frame.words.logOut}}</button></form>{{/frame.isKnown}}
        <p class="lost" role="status" data-words="{{frame.words.liveOff}}"></p>
        </footer>
        </body>
        </html>

        """

    private static let message = """
        {{>head}}
        <p class="note {{kind}}">{{message}}</p>
        <p><a class="button" href="{{back}}">{{backName}}</a></p>
        {{>foot}}
        """

    private static let login = """
        {{>head}}
        <p{{#isWrong}} class="note bad" role="alert"{{/isWrong}}>{{message}}</p>
        <form class="card narrow" method="post" action="/login">
        <input type="hidden" name="back" value="{{back}}">
        <label for="token">{{frame.words.token}}</label>
        <input id="token" name="token" type="password" autocomplete="current-password" autocapitalize="off" spellcheck="false" aria-describedby="hint">
        <p id="hint" class="small">{{frame.words.tokenHint}}</p>
        {{#takesNames}}<label for="name">{{frame.words.orName}}</label>
        <input id="name" name="name" autocomplete="username">{{/takesNames}}
        <button class="primary">{{frame.words.logIn}}</button>
        </form>
        {{>foot}}
        """

    private static let proof = """
        {{>head}}
        <p class="note"{{#isWrong}} role="alert"{{/isWrong}}>{{message}}</p>
        <form class="card narrow" method="post" action="/acts">
        {{#fields}}<input type="hidden" name="{{name}}" value="{{value}}">{{/fields}}
        <label for="proof">{{frame.words.tokenAgain}}</label>
        <input id="proof" name="proof" type="password" autocomplete="current-password" autocapitalize="off" spellcheck="false">
        <button class="primary">{{button}}</button>
        <a class="button" href="{{back}}">{{frame.words.back}}</a>
        </form>
        {{>foot}}
        """

    private static let stop = """
        {{>head}}
        <section class="card narrow">
        <p>{{what}}</p>
        <form method="post" action="/acts">
        <input type="hidden" name="act" value="{{act}}"><input type="hidden" name="back" value="/">
        {{#needsProof}}<label for="proof">{{frame.words.tokenAgain}}</label>
        <input id="proof" name="proof" type="password" autocomplete="current-password" autocapitalize="off" spellcheck="false">{{/needsProof}}
        {{#isAllowed}}<button class="{{kind}}">{{button}}</button>{{/isAllowed}}
        {{^isAllowed}}<p class="note">{{why}}</p>{{/isAllowed}}
        <a class="button" href="/">{{frame.words.back}}</a>
        </form>
        </section>
        {{>foot}}
        """

    private static let sessions = """
        {{>head}}
        <p>{{frame.words.sessionsHint}}</p>
        <ul class="plain">
        {{#lines}}<li class="card">
        <p><strong>{{who}}</strong>{{#isThis}} <span class="tag">{{frame.words.thisOne}}</span>{{/isThis}}</p>
        <p class="small">{{frame.words.since}} <time datetime="{{began.iso}}">{{began.text}}</time> · {{frame.words.lastSeen}} <time datetime="{{seen.iso}}">{{seen.text}}</time></p>
        <p class="small" lang="en">{{agent}}</p>
        <form method="post" action="/sessions"><input type="hidden" name="session" value="{{number}}"><button>{{frame.words.end}}</button></form>
        </li>{{/lines}}
        </ul>
        {{>foot}}
        """
}
