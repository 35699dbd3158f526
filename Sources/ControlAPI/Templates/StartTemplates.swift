/// The first page: what waits for somebody, what is under way, how the accounts stand.
enum StartTemplates {
    static let all = ["start": start, "needs": needs, "runs": runs, "lanes": lanes, "sum": sum]

    private static let start = """
        {{>head}}
        <p class="status" role="status" data-live="count">{{count}}</p>
        {{#hasFirst}}<section class="card" aria-labelledby="first"><h2 id="first">{{frame.words.outFirst}}</h2>
        <ol>{{#first}}<li>{{text}} {{#mark}}<span class="tag finished">{{mark}}</span>{{/mark}}{{#href}}<a href="{{href}}">{{link}}</a>{{/href}}</li>{{/first}}</ol></section>{{/hasFirst}}
        <section aria-labelledby="needs"><h2 id="needs">{{frame.words.needs}}</h2>
        <div data-live="needs">{{#needs}}{{>needs}}{{/needs}}</div></section>
        <section aria-labelledby="runs"><h2 id="runs">{{frame.words.live}}</h2>
        <div data-live="runs">{{#overview}}{{>runs}}{{/overview}}</div></section>
        <section aria-labelledby="lanes"><h2 id="lanes">{{frame.words.accounts}}</h2>
        <div data-live="lanes">{{#overview}}{{>lanes}}{{/overview}}</div></section>
        {{>foot}}
        """

    private static let needs = """
        {{#nothing}}<p class="note good">{{nothing}}</p>{{/nothing}}
        {{#items}}<article class="card need {{kind}}">
        <h3>{{heading}}</h3>
        {{#lines}}<p>{{.}}</p>{{/lines}}
        {{#href}}<p><a class="button primary" href="{{href}}">{{button}}<span class="unseen"> {{heading}}</span></a></p>{{/href}}
        </article>{{/items}}
        """

    private static let runs = """
        {{#noRuns}}<p class="empty">{{noRuns}}</p>{{/noRuns}}
        {{#cards}}<article class="card">
        <h3><a href="{{href}}">{{title}}</a> <span class="tag {{stateCode}}">{{state}}</span></h3>
        <p class="small"><code>{{run}}</code> · {{account}} · <time datetime="{{begins.iso}}">{{begins.text}}</time></p>
        {{#sum}}{{>sum}}{{/sum}}
        {{#why}}<p class="note">{{why}}</p>{{/why}}
        </article>{{/cards}}
        """

    /// The sum as a bar and as words: whoever sees no colours reads the same.
    private static let sum = """
        <svg class="bar" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" width="1000" height="14"/>{{#segments}}<rect class="s-{{code}}" x="{{x}}" width="{{width}}" height="14"/>{{/segments}}</svg>
        <p class="sum"><b>{{total}}</b> {{sign}} {{#terms}}<span{{#isZero}} class="zero"{{/isZero}}><i class="k-{{code}}"></i>{{name}} {{count}}</span> {{/terms}}</p>
        {{#broken}}<p class="note bad">{{broken}}</p>{{/broken}}
        """

    private static let lanes = """
        {{#noLanes}}<p class="empty">{{noLanes}}</p>{{/noLanes}}
        <div class="grid">
        {{#lanes}}<article class="card">
        <h3><a href="{{href}}">{{account}}</a></h3>
        <p><span class="tag {{#isOpen}}finished{{/isOpen}}{{^isOpen}}paused{{/isOpen}}">{{sentence}}</span></p>
        {{#opens}}<p class="small">{{nextLabel}} <time datetime="{{iso}}">{{text}}</time></p>{{/opens}}
        {{#meters}}<p class="meter"><span>{{name}}</span><b>{{figure}}</b></p>
        {{#hasCap}}<svg class="bar thin{{#isFull}} full{{/isFull}}" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" width="1000" height="8"/><rect class="fill" width="{{filled}}" height="8"/></svg>{{/hasCap}}{{/meters}}
        </article>{{/lanes}}
        </div>
        """
}
