/// One run: its review, its progress, its people.
enum RunTemplates {
    static let all = [
        "review": review, "bubbles": bubbles, "forecast": forecast, "run": run, "runlive": runlive, "runacts": runacts,
        "people": people,
    ]

    private static let review = """
        {{>head}}
        <p class="small"><code>{{run}}</code> · {{version}} · {{facts}}</p>
        <p><span class="tag {{stateCode}}">{{state}}</span> {{reviewLine}} <a href="{{runHref}}">{{frame.words.lookAtRun}}</a></p>
        {{#rejection}}<p class="note bad">{{rejection}}</p>{{/rejection}}
        <section aria-labelledby="difference"><h2 id="difference">{{frame.words.difference}}</h2>
        {{#isFirst}}<p>{{frame.words.firstVersion}}</p>{{/isFirst}}
        {{^isFirst}}<div class="card"><pre class="difference">{{#changes}}<span class="{{kind}}">{{text}}</span>
        {{/changes}}</pre><ul>{{#groups}}<li>{{.}}</li>{{/groups}}</ul></div>{{/isFirst}}</section>
        <section aria-labelledby="findings"><h2 id="findings">{{frame.words.findings}}</h2>
        {{#noFindings}}<p class="note good">{{noFindings}}</p>{{/noFindings}}
        <ul class="findings">{{#findings}}<li class="{{kind}}">{{text}}</li>{{/findings}}</ul></section>
        <section aria-labelledby="messages"><h2 id="messages">{{frame.words.messages}}</h2>
        {{#noSamples}}<p>{{noSamples}}</p>{{/noSamples}}
        {{>bubbles}}</section>
        <section aria-labelledby="forecast"><h2 id="forecast">{{frame.words.forecast}}</h2>
        {{#noForecast}}<p>{{noForecast}}</p>{{/noForecast}}
        {{#forecast}}{{>forecast}}{{/forecast}}</section>
        <section class="card verdict" aria-labelledby="verdict"><h2 id="verdict">{{frame.words.review}}</h2>
        <p>{{frame.words.digestLabel}} <code class="digest">{{digest}}</code></p>
        {{#obstacle}}<p class="note">{{obstacle}}</p>{{/obstacle}}
        {{#mayApprove}}<p class="small">{{frame.words.approveHint}}</p>
        <form method="post" action="/acts">
        <input type="hidden" name="act" value="approve"><input type="hidden" name="run" value="{{run}}">
        <input type="hidden" name="digest" value="{{digest}}"><input type="hidden" name="back" value="{{reviewHref}}">
        {{#needsProof}}<label for="proof">{{frame.words.tokenAgain}}</label>
        <input id="proof" name="proof" type="password" autocomplete="current-password" autocapitalize="off" spellcheck="false">{{/needsProof}}
        <button class="primary">{{frame.words.approve}}</button>
        </form>{{/mayApprove}}
        {{#mayReject}}<form method="post" action="/acts">
        <input type="hidden" name="act" value="reject"><input type="hidden" name="run" value="{{run}}">
        <input type="hidden" name="digest" value="{{digest}}"><input type="hidden" name="back" value="{{reviewHref}}">
        <label for="note">{{frame.words.note}}</label>
        <textarea id="note" name="note" rows="3" maxlength="1000" required></textarea>
        <button class="danger">{{frame.words.reject}}</button>
        </form>{{/mayReject}}
        {{#mayTest}}<form method="post" action="/acts">
        <input type="hidden" name="act" value="test-send"><input type="hidden" name="run" value="{{run}}"><input type="hidden" name="back" value="{{reviewHref}}">
        <label for="to">{{frame.words.testTo}}</label><input id="to" name="openID" required>
        <label for="variant">{{frame.words.testVariant}}</label>
        <select id="variant" name="variant">{{#variants}}<option>{{name}}</option>{{/variants}}</select>
        <button>{{frame.words.testSend}}</button>
        </form>{{/mayTest}}
        </section>
        {{>foot}}
        """

    private static let bubbles = """
        {{#variants}}<h3>{{name}} <span class="small">{{share}}</span></h3>
        <div class="phones">
        {{#samples}}<figure class="phone"><div class="screen">
        {{#bubbles}}{{#text}}<p class="bubble">{{text}}</p>{{/text}}{{#image}}<p class="bubble"><img src="{{image}}" alt="{{imageName}}" loading="lazy"></p>{{/image}}{{#card}}<p class="bubble cardlike">{{card}}</p>{{/card}}{{#nothing}}<p class="bubble none">{{nothing}}</p>{{/nothing}}{{/bubbles}}
        </div><figcaption>{{caption}}</figcaption></figure>{{/samples}}
        </div>{{/variants}}
        """

    private static let forecast = """
        <div class="card">
        <ul>{{#lines}}<li>{{.}}</li>{{/lines}}</ul>
        <h3>{{frame.words.waterfall}}</h3>
        <table class="waterfall"><caption class="unseen">{{frame.words.waterfall}}</caption><tbody>
        {{#steps}}<tr><th scope="row">{{name}}</th><td class="number">{{count}}</td>
        <td class="drawn"><svg class="bar thin" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" width="1000" height="8"/><rect class="{{kind}}" x="{{x}}" width="{{width}}" height="8"/></svg></td></tr>
        {{/steps}}</tbody></table>
        {{#chart}}<h3>{{frame.words.perQuarter}}</h3>
        <svg class="chart" viewBox="0 0 960 120" preserveAspectRatio="none" role="img" aria-label="{{label}}">{{#hasFrame}}<path class="night" d="{{night}}"/>{{/hasFrame}}<path class="plan" d="{{path}}"/>{{#hasWindow}}<path class="hours" d="{{hours}}"/>{{/hasWindow}}</svg>
        <p class="small axis"><span>{{first}}</span>{{#hasFrame}}<span><i class="k-plan"></i>{{frame.words.plan}} <i class="k-night"></i>{{frame.words.dropNight}}{{#hasWindow}} <i class="k-hours"></i>{{frame.words.dropHours}}{{/hasWindow}}</span>{{/hasFrame}}<span>{{last}}</span></p>{{/chart}}
        {{#hasDays}}<h3>{{frame.words.dropADay}}</h3>{{#days}}<p class="meter"><span>{{day}}</span><b>{{figure}}</b></p>
        <svg class="bar thin{{#isFull}} full{{/isFull}}" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" width="1000" height="8"/><rect class="fill" width="{{filled}}" height="8"/></svg>{{/days}}{{/hasDays}}
        </div>
        """

    private static let run = """
        {{>head}}
        <p class="small"><code>{{run}}</code> · {{facts}}{{#whatIf}} · <a href="{{whatIf}}">{{frame.words.outWhatIf}}</a>{{/whatIf}}</p>
        <p class="status" role="status" data-live="line:{{run}}">{{line}}</p>
        <div data-live="run:{{run}}">{{#live}}{{>runlive}}{{/live}}</div>
        <section aria-labelledby="do"><h2 id="do">{{frame.words.doSomething}}</h2>
        <div data-live="acts:{{run}}">{{#acts}}{{>runacts}}{{/acts}}</div></section>
        <section aria-labelledby="acts"><h2 id="acts">{{frame.words.acts}}</h2>
        {{#noActs}}<p class="empty">{{noActs}}</p>{{/noActs}}
        <ul class="plain">{{#done}}<li><time datetime="{{at.iso}}">{{at.text}}</time> <strong>{{who}}</strong> {{what}} <span class="small">{{detail}}</span></li>{{/done}}</ul></section>
        {{>foot}}
        """

    private static let runlive = """
        <section aria-labelledby="progress"><h2 id="progress">{{words.progress}} <span class="tag {{stateCode}}">{{state}}</span></h2>
        {{#why}}<p class="note">{{why}}</p>{{/why}}
        {{#rejection}}<p class="note bad">{{rejection}}</p>{{/rejection}}
        {{#sum}}{{>sum}}{{/sum}}
        {{#rows}}<p class="small">{{rows}}</p>{{/rows}}
        {{#recall}}<p class="note">{{recall}}</p>{{/recall}}</section>
        {{#hasReasons}}<section aria-labelledby="reasons"><h2 id="reasons">{{words.reasons}}</h2>
        <ul class="reasons">{{#reasons}}<li><b>{{count}}</b> <span>{{kind}}</span> <span>{{name}}{{#code}} <code>{{code}}</code>{{/code}}</span> <a href="{{href}}">{{words.whoIsIt}}<span class="unseen"> {{name}}</span></a></li>{{/reasons}}</ul></section>{{/hasReasons}}
        {{#chart}}<section aria-labelledby="chart"><h2 id="chart">{{words.planAndActual}}</h2>
        <svg class="chart" viewBox="0 0 960 120" preserveAspectRatio="none" role="img" aria-label="{{label}}"><path class="plan" d="{{path}}"/><path class="actual" d="{{actualPath}}"/></svg>
        <p class="small axis"><span>{{first}}</span><span><i class="k-plan"></i>{{words.plan}} <i class="k-actual"></i>{{words.actual}}</span><span>{{last}}</span></p>
        <details><summary>{{label}}</summary><table><thead><tr><th scope="col">{{words.quarter}}</th><th scope="col" class="number">{{words.plan}}</th><th scope="col" class="number">{{words.actual}}</th></tr></thead><tbody>
        {{#quarters}}<tr><td>{{from}}</td><td class="number">{{planned}}</td><td class="number">{{actual}}</td></tr>{{/quarters}}</tbody></table></details></section>{{/chart}}
        {{#hasVariants}}<section aria-labelledby="variants"><h2 id="variants">{{words.variants}}</h2>
        {{#test}}<p class="note">{{test}}</p>{{/test}}
        <div class="wide" role="group" tabindex="0" aria-labelledby="variants"><table><thead><tr><th scope="col">{{words.testVariant}}</th>{{#columns}}<th scope="col" class="number">{{.}}</th>{{/columns}}</tr></thead><tbody>
        {{#variants}}<tr><th scope="row">{{name}} <span class="small">{{share}}</span></th>{{#figures}}<td class="number">{{.}}</td>{{/figures}}</tr>{{/variants}}</tbody></table></div></section>{{/hasVariants}}
        """

    private static let runacts = """
        {{#nothing}}<p class="empty">{{nothing}}</p>{{/nothing}}
        <div class="acts">
        {{#review}}<a class="button primary" href="{{review}}">{{words.lookAtReview}}</a>{{/review}}
        {{#buttons}}<form method="post" action="/acts"><input type="hidden" name="act" value="{{act}}"><input type="hidden" name="run" value="{{run}}"><input type="hidden" name="back" value="{{here}}"><button class="{{kind}}">{{name}}</button></form>
        {{/buttons}}</div>
        """

    private static let people = """
        {{>head}}
        <p><a href="{{runHref}}">{{title}}</a> · {{kind}}{{#reasonName}} · {{reasonName}}{{/reasonName}}</p>
        {{#nobody}}<p class="empty">{{nobody}}</p>{{/nobody}}
        {{^nobody}}<div class="wide" role="group" tabindex="0" aria-label="{{frame.words.people}}"><table><caption class="unseen">{{frame.words.people}}</caption><thead><tr><th scope="col">open_id</th><th scope="col">{{frame.words.reasons}}</th><th scope="col">{{frame.words.until}}</th></tr></thead><tbody>
        {{#lines}}<tr><td><a href="{{href}}"><code>{{openID}}</code></a></td><td>{{why}}</td><td>{{#at}}<time datetime="{{iso}}">{{text}}</time>{{/at}}</td></tr>
        {{/lines}}</tbody></table></div>{{/nobody}}
        {{#more}}<p><a class="button" href="{{more}}" rel="next">{{frame.words.more}}</a></p>{{/more}}
        {{>foot}}
        """
}
