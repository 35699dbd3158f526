/// Pages that list: campaigns, unknown attempts, the audit.
enum ListTemplates {
    static let all = ["campaigns": campaigns, "unknown": unknown, "audit": audit]

    private static let campaigns = """
        {{>head}}
        <form class="filter" method="get" action="/campaigns" role="search">
        <label for="q">{{frame.words.search}}</label><input id="q" name="q" value="{{query}}">
        <label for="state">{{frame.words.state}}</label>
        <select id="state" name="state"><option value="">{{frame.words.allStates}}</option>{{#states}}<option value="{{code}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/states}}</select>
        <button>{{frame.words.show}}</button>
        </form>
        {{#none}}<p class="empty">{{none}}</p>{{/none}}
        {{^none}}<div class="wide" role="group" tabindex="0" aria-label="{{frame.title}}"><table><thead><tr><th scope="col">{{frame.words.title}}</th><th scope="col">{{frame.words.state}}</th><th scope="col">{{frame.words.account}}</th><th scope="col">{{frame.words.startAt}}</th><th scope="col" class="number">{{frame.words.delivered}}</th></tr></thead><tbody>
        {{#lines}}<tr><th scope="row"><a href="{{href}}">{{title}}</a> <span class="small"><code>{{run}}</code></span></th><td><span class="tag {{stateCode}}">{{state}}</span></td><td>{{account}}</td><td><time datetime="{{begins.iso}}">{{begins.text}}</time></td><td class="number">{{figures}}</td></tr>
        {{/lines}}</tbody></table></div>{{/none}}
        {{#more}}<p><a class="button" href="{{more}}" rel="next">{{frame.words.more}}</a></p>{{/more}}
        {{>foot}}
        """

    private static let unknown = """
        {{>head}}
        {{#none}}<p class="note good">{{none}}</p>{{/none}}
        {{^none}}<p>{{frame.words.unknownHint}}</p>
        <form method="post" action="/unknown">
        <div class="wide" role="group" tabindex="0" aria-label="{{frame.title}}"><table><thead><tr>{{#maySettle}}<th scope="col">{{frame.words.choose}}</th>{{/maySettle}}<th scope="col">open_id</th><th scope="col">{{runLabel}}</th><th scope="col">{{frame.words.age}}</th><th scope="col">{{frame.words.finalFrom}}</th><th scope="col">{{frame.words.evidence}}</th></tr></thead><tbody>
        {{#lines}}<tr>{{#isOpen}}<td><input type="checkbox" name="one" value="{{key}}" aria-label="{{openID}} {{run}}"></td>{{/isOpen}}{{#isFinal}}<td></td>{{/isFinal}}<td><a href="{{href}}"><code>{{openID}}</code></a></td><td><a href="{{runHref}}">{{run}}</a></td><td>{{age}}</td><td>{{#final}}<time datetime="{{iso}}">{{text}}</time>{{/final}}</td><td><code>{{logID}}</code></td></tr>
        {{/lines}}</tbody></table></div>
        {{#maySettle}}<p class="acts"><button name="as" value="resolve-accepted">{{frame.words.wasAccepted}}</button> <button name="as" value="resolve-not-sent" class="danger">{{frame.words.wasNotSent}}</button></p>{{/maySettle}}
        </form>{{/none}}
        {{>foot}}
        """

    private static let audit = """
        {{>head}}
        <p>{{frame.words.auditHint}}</p>
        <form class="filter" method="get" action="/audit" role="search">
        <label for="person">{{frame.words.byPerson}}</label><input id="person" name="person" value="{{person}}">
        <label for="subject">{{frame.words.bySubject}}</label><input id="subject" name="subject" value="{{subject}}">
        <button>{{frame.words.show}}</button>
        </form>
        {{#none}}<p class="empty">{{none}}</p>{{/none}}
        <div class="wide" role="group" tabindex="0" aria-label="{{frame.title}}"><table><thead><tr><th scope="col">{{whenLabel}}</th><th scope="col">{{whoLabel}}</th><th scope="col">{{actLabel}}</th><th scope="col">{{subjectLabel}}</th><th scope="col">{{detailLabel}}</th></tr></thead><tbody>
        {{#lines}}<tr><td><time datetime="{{at.iso}}">{{at.text}}</time></td><td>{{who}}</td><td>{{what}}</td><td>{{about}}</td><td class="small">{{detail}}</td></tr>
        {{/lines}}</tbody></table></div>
        {{>foot}}
        """
}
