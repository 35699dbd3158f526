/// One person over all runs and accounts.
enum PersonTemplates {
    static let all = ["person": person, "finder": finder]

    private static let finder = """
        <form class="card narrow" method="get" action="/person" role="search">
        <label for="id">{{frame.words.openID}}</label>
        <input id="id" name="id" value="{{asked}}" autocomplete="off" autocapitalize="off" spellcheck="false" required>
        <button class="primary">{{frame.words.find}}</button>
        </form>
        """

    private static let person = """
        {{>head}}
        {{>finder}}
        {{#trouble}}<p class="note bad" role="alert">{{trouble}}</p>{{/trouble}}
        {{#known}}
        {{#runs}}<section aria-label="{{title}}"><article class="card">
        <h2><a href="{{href}}">{{title}}</a> <span class="tag {{placeCode}}">{{place}}</span></h2>
        <p><strong>{{answer}}</strong></p>
        {{#allowed}}<p>{{allowedLabel}} <time datetime="{{iso}}">{{text}}</time></p>{{/allowed}}
        {{#remarks}}<p class="small">{{.}}</p>{{/remarks}}
        {{#isChosen}}<h3>{{frame.words.rules}}</h3>
        <div class="wide" role="group" tabindex="0" aria-label="{{frame.words.rules}} {{title}}"><table><thead><tr><th scope="col">{{ruleLabel}}</th><th scope="col">{{observedLabel}}</th><th scope="col">{{limitLabel}}</th><th scope="col">{{untilLabel}}</th></tr></thead><tbody>
        {{#rules}}<tr class="{{kind}}"><th scope="row">{{mark}} {{rule}}{{#remedy}}<span class="small"> {{remedy}}</span>{{/remedy}}</th><td>{{observed}}</td><td>{{limit}}</td><td>{{changes}}</td></tr>
        {{/rules}}</tbody></table></div>{{/isChosen}}
        {{^isChosen}}<p><a href="{{chosenHref}}">{{frame.words.rules}}<span class="unseen"> {{title}}</span></a></p>{{/isChosen}}
        </article></section>{{/runs}}
        {{#noRuns}}<p class="empty">{{noRuns}}</p>{{/noRuns}}
        <section aria-labelledby="consents"><h2 id="consents">{{frame.words.consents}}</h2>
        {{#noConsents}}<p class="empty">{{noConsents}}</p>{{/noConsents}}
        <ul>{{#consents}}<li>{{.}}</li>{{/consents}}</ul></section>
        <section aria-labelledby="lists"><h2 id="lists">{{frame.words.lists}}</h2>
        {{#noLists}}<p class="empty">{{noLists}}</p>{{/noLists}}
        <ul>{{#lists}}<li>{{.}}</li>{{/lists}}</ul></section>
        <section aria-labelledby="contacts"><h2 id="contacts">{{frame.words.contacts}}</h2>
        {{#noContacts}}<p class="empty">{{noContacts}}</p>{{/noContacts}}
        <ul class="plain">{{#contacts}}<li><time datetime="{{at.iso}}">{{at.text}}</time> {{account}} · <a href="{{href}}">{{run}}</a> · {{outcome}} · {{messages}}</li>{{/contacts}}</ul></section>
        {{#hasEvents}}<section aria-labelledby="events"><h2 id="events">{{frame.words.events}}</h2>
        <ul class="plain">{{#events}}<li><time datetime="{{at.iso}}">{{at.text}}</time> {{kind}}</li>{{/events}}</ul></section>{{/hasEvents}}
        <section class="card" aria-labelledby="do"><h2 id="do">{{frame.words.doSomething}}</h2>
        <div class="acts">{{#mayDeny}}<form method="post" action="/acts"><input type="hidden" name="act" value="deny"><input type="hidden" name="openID" value="{{asked}}"><input type="hidden" name="back" value="{{here}}"><button>{{frame.words.deny}}</button></form>{{/mayDeny}}
        {{#mayUndeny}}<form method="post" action="/acts"><input type="hidden" name="act" value="un-deny"><input type="hidden" name="openID" value="{{asked}}"><input type="hidden" name="back" value="{{here}}"><button>{{frame.words.undeny}}</button></form>{{/mayUndeny}}</div>
        {{#mayErase}}<details><summary>{{frame.words.erase}}</summary>
        <form method="post" action="/acts"><input type="hidden" name="act" value="erase"><input type="hidden" name="openID" value="{{asked}}"><input type="hidden" name="back" value="/person">
        <p class="small" id="erasehint">{{frame.words.eraseHint}}</p>
        <label for="again">{{frame.words.openIDAgain}}</label><input id="again" name="again" required autocomplete="off" spellcheck="false" aria-describedby="erasehint">
        {{#needsProof}}<label for="proof">{{frame.words.tokenAgain}}</label><input id="proof" name="proof" type="password" autocomplete="current-password" spellcheck="false">{{/needsProof}}
        <button class="danger">{{frame.words.erase}}</button></form></details>{{/mayErase}}
        </section>
        {{/known}}
        {{>foot}}
        """
}
