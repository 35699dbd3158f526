/// What lies ahead, how tests stand, accounts and settings.
enum OutlookTemplates {
    static let all = [
        "calendar": calendar, "whatif": whatif, "experiments": experiments, "accounts": accounts, "account": account,
        "settings": settings, "tokens": tokens, "newtoken": newToken,
    ]

    private static let calendar = """
        {{>head}}
        <p>{{hint}}</p>
        <p class="acts"><a class="button" href="{{earlier}}" rel="prev">{{frame.words.outEarlier}}</a> <a class="button" href="{{later}}" rel="next">{{frame.words.outLater}}</a> <a class="button" href="/calendar.ics">{{frame.words.outFeed}}</a></p>
        <p class="small">{{frame.words.outFeedHint}}</p>
        {{#none}}<p class="empty">{{none}}</p>{{/none}}
        {{#accounts}}<section aria-label="{{name}}"><h2>{{name}}</h2>
        <ol class="days">{{#days}}<li class="card day"><p class="meter"><b>{{day}}</b><span>{{gauge}}</span></p>
        <svg class="bar thin{{#isFull}} full{{/isFull}}" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" width="1000" height="8"/><rect class="fill" width="{{filled}}" height="8"/></svg>
        {{#competes}}<p class="competes">{{competes}}</p>{{/competes}}
        {{#entries}}<p><time datetime="{{iso}}">{{time}}</time> {{#href}}<a href="{{href}}">{{title}}</a>{{/href}}{{^href}}{{title}}{{/href}} <span class="tag {{stateCode}}">{{state}}</span> <span class="small">{{people}}</span></p>{{/entries}}</li>
        {{/days}}</ol></section>{{/accounts}}
        {{>foot}}
        """

    private static let whatif = """
        {{>head}}
        <p><a href="{{runHref}}">{{title}}</a></p>
        <p>{{frame.words.outWhatIfHint}}</p>
        <form class="filter" method="get" action="{{action}}">
        <label for="pace">{{frame.words.outPace}}</label><input id="pace" name="pace" value="{{pace}}" autocomplete="off">
        <label for="start">{{frame.words.outStart}}</label><input id="start" name="start" type="datetime-local" value="{{start}}">
        <label for="order">{{frame.words.outOrder}}</label><select id="order" name="order">{{#orders}}<option value="{{code}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/orders}}</select>
        <button class="primary">{{frame.words.outAsk}}</button>
        </form>
        <div class="beside">{{#sides}}<section aria-label="{{name}}"><h2>{{name}}</h2>
        {{#forecast}}{{>forecast}}{{/forecast}}</section>{{/sides}}</div>
        {{>foot}}
        """

    private static let experiments = """
        {{>head}}
        {{#none}}<p class="empty">{{none}}</p>{{/none}}
        {{#tests}}<article class="card"><h2><a href="{{href}}">{{title}}</a> <span class="tag {{stateCode}}">{{state}}</span></h2>
        <p><strong>{{verdict}}</strong></p>
        <p class="small">{{decide}}{{#looked}} {{looked}}{{/looked}}</p>
        {{#split}}<p class="small">{{split}}</p>{{/split}}
        {{#hasArms}}<div class="wide" role="group" tabindex="0" aria-label="{{title}}"><table><thead><tr><th scope="col">{{frame.words.outArm}}</th><th scope="col" class="number">{{frame.words.outAssigned}}</th><th scope="col" class="number">{{frame.words.outReached}}</th><th scope="col" class="number">{{frame.words.outConverted}}</th><th scope="col">{{frame.words.outRate}}</th><th scope="col" class="number">{{frame.words.outLift}}</th><th scope="col" class="number">{{frame.words.outGuardrails}}</th></tr></thead><tbody>
        {{#arms}}<tr{{#isStopped}} class="refuses"{{/isStopped}}><th scope="row">{{name}}</th><td class="number">{{assigned}}</td><td class="number">{{delivered}}</td><td class="number">{{conversions}}</td><td>{{rate}}<svg class="bar thin" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" width="1000" height="8"/><rect class="fill" x="{{x}}" width="{{width}}" height="8"/></svg></td><td class="number">{{lift}}</td><td class="number">{{guardrails}}</td></tr>
        {{/arms}}</tbody></table></div>{{/hasArms}}
        </article>{{/tests}}
        {{>foot}}
        """

    private static let accounts = """
        {{>head}}
        <section aria-labelledby="lanes"><h2 id="lanes">{{frame.words.outGauges}}</h2>
        {{#overview}}{{>lanes}}{{/overview}}</section>
        {{>foot}}
        """

    private static let account = """
        {{>head}}
        <p><a href="/accounts">{{frame.words.accounts}}</a></p>
        <p><span class="tag {{#isOpen}}finished{{/isOpen}}{{^isOpen}}paused{{/isOpen}}">{{state}}</span>{{#next}} {{nextLabel}} <time datetime="{{iso}}">{{text}}</time>{{/next}}</p>
        <section class="card" aria-labelledby="gauges"><h2 id="gauges">{{frame.words.outGauges}}</h2>
        {{#gauges}}<p class="meter"><span>{{name}}</span><b>{{figure}}</b></p>
        {{#hasCap}}<svg class="bar thin{{#isFull}} full{{/isFull}}" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" width="1000" height="8"/><rect class="fill" width="{{filled}}" height="8"/></svg>{{/hasCap}}{{/gauges}}</section>
        <div class="wide" role="group" tabindex="0" aria-label="{{frame.title}}"><table><tbody>
        {{#facts}}<tr><th scope="row">{{name}}</th><td>{{value}}</td></tr>
        {{/facts}}</tbody></table></div>
        <section aria-labelledby="history"><h2 id="history">{{historyName}}</h2>
        {{#none}}<p class="empty">{{none}}</p>{{/none}}
        <ul class="plain">{{#history}}<li><time datetime="{{at.iso}}">{{at.text}}</time> <strong>{{who}}</strong> {{what}} <span class="small">{{detail}}</span></li>{{/history}}</ul></section>
        {{#mayTend}}<section class="card narrow" aria-labelledby="tend"><h2 id="tend">{{frame.words.outTend}}</h2>
        <form method="post" action="/accounts"><input type="hidden" name="account" value="{{account}}">
        <label for="what">{{frame.words.outTend}}</label><select id="what" name="act"><option value="report">{{frame.words.outReport}}</option><option value="freeze">{{frame.words.outFreeze}}</option><option value="appeal">{{frame.words.outAppeal}}</option></select>
        <label for="tendnote">{{frame.words.outNote}}</label><input id="tendnote" name="note" maxlength="500">
        <button>{{frame.words.outTend}}</button></form></section>{{/mayTend}}
        {{>foot}}
        """

    private static let tokens = """
        {{>head}}
        <p>{{hint}}</p>
        {{#holders}}<section class="card" aria-label="{{name}}"><h2>{{name}}</h2><p class="small">{{roles}}</p>
        <ul class="plain">{{#lines}}<li>{{line}}{{#number}} <form method="post" action="/acts"><input type="hidden" name="act" value="end-token"><input type="hidden" name="back" value="/tokens"><input type="hidden" name="person" value="{{name}}"><input type="hidden" name="number" value="{{number}}"><button aria-label="{{endName}} #{{number}}">{{endName}}</button></form>{{/number}}</li>{{/lines}}
        {{#none}}<li><span class="tag paused">{{none}}</span></li>{{/none}}</ul>
        <form class="filter" method="post" action="/acts"><input type="hidden" name="act" value="issue-token"><input type="hidden" name="back" value="/tokens"><input type="hidden" name="person" value="{{name}}">
        <label for="days{{place}}">{{daysName}}</label><input id="days{{place}}" name="days" type="number" min="1" max="730" value="{{days}}">
        <label for="overlap{{place}}">{{overlapName}}</label><input id="overlap{{place}}" name="overlap" type="number" min="0" max="168" value="0">
        <button aria-label="{{makeName}}: {{name}}">{{makeName}}</button></form>
        {{#mayEnd}}<form method="post" action="/acts"><input type="hidden" name="act" value="end-token"><input type="hidden" name="back" value="/tokens"><input type="hidden" name="person" value="{{name}}"><input type="hidden" name="number" value="all"><button class="danger" aria-label="{{endAllName}}: {{name}}">{{endAllName}}</button></form>{{/mayEnd}}</section>
        {{/holders}}
        {{>foot}}
        """

    private static let newToken = """
        {{>head}}
        <section class="card narrow">
        <p>{{said}}</p>
        <p><code class="secret" tabindex="0">{{token}}</code></p>
        <p class="note">{{once}}</p>
        <p><a class="button" href="/tokens">{{frame.words.back}}</a></p>
        </section>
        {{>foot}}
        """

    private static let settings = """
        {{>head}}
        <p>{{frame.words.outSettingsHint}}</p>
        <p class="acts"><a class="button" href="/sessions">{{frame.words.outAllSessions}}</a>{{#tokensName}} <a class="button" href="/tokens">{{tokensName}}</a>{{/tokensName}}</p>
        <section aria-labelledby="people"><h2 id="people">{{frame.words.outPeople}}</h2>
        <ul class="plain">{{#people}}<li><strong>{{name}}</strong> {{roles}}{{#noToken}} <span class="tag paused">{{noToken}}</span>{{/noToken}}</li>{{/people}}</ul></section>
        <section aria-labelledby="notices"><h2 id="notices">{{frame.words.outNotices}}</h2>
        <ul class="plain">{{#targets}}<li>{{#isFailing}}<span class="tag paused">!</span> {{/isFailing}}{{line}}{{#mayTest}}
        <form method="post" action="/notices"><input type="hidden" name="target" value="{{name}}"><button aria-label="{{tryName}} {{name}}">{{tryName}}</button></form>{{/mayTest}}</li>{{/targets}}</ul></section>
        <div class="wide" role="group" tabindex="0" aria-label="{{frame.title}}"><table><thead><tr><th scope="col">{{frame.words.outKey}}</th><th scope="col">{{frame.words.outValue}}</th></tr></thead><tbody>
        {{#lines}}<tr><th scope="row"><code>{{key}}</code> <span class="small">{{prose}}</span></th><td>{{value}}</td></tr>
        {{/lines}}</tbody></table></div>
        {{>foot}}
        """
}
