/// The page's markup. Every `{{…}}` is escaped by `StrictHTML`; the unescaped form is not used, and a test looks for it.
/// Bars are drawings with sizes as attributes: style attributes would need a hole in the content policy.
enum DashboardTemplate {
    static let text = """
        {{% CONTENT_TYPE: CURFEW_HTML}}<!doctype html>
        <html lang="{{lang}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="refresh" content="20">
        <meta name="color-scheme" content="light dark">
        <title>{{heading}}</title>
        <link rel="stylesheet" href="/style.css">
        </head>
        <body>
        <header>
        <h1>Curfew</h1>
        <p class="now">{{nowLabel}} <time>{{now}}</time></p>
        <a href="/?lang={{otherLang}}">{{otherLanguage}}</a>
        </header>
        {{#rehearsal}}<p class="banner rehearsal">{{rehearsal}}</p>{{/rehearsal}}
        {{#stopped}}<p class="banner stopped" role="alert">{{stopped}}</p>{{/stopped}}
        {{#troubles}}<p class="banner stopped" role="alert">{{.}}</p>{{/troubles}}
        {{#unknown}}<p class="banner unknown">{{unknown}}</p>{{/unknown}}
        <main>
        <section>
        <h2>{{lanesLabel}}</h2>
        {{#noLanes}}<p class="empty">{{noLanes}}</p>{{/noLanes}}
        <div class="lanes">
        {{#lanes}}
        <article class="card lane">
        <h3><span class="dot {{#isOpen}}open{{/isOpen}}{{^isOpen}}closed{{/isOpen}}"></span>{{account}}</h3>
        <p>{{sentence}}</p>
        {{#next}}<p class="small">{{nextLabel}} <time>{{next}}</time></p>{{/next}}
        {{#meters}}
        <p class="meter"><span>{{name}}</span><b>{{figure}}</b></p>
        {{#hasCap}}<svg class="bar{{#isFull}} full{{/isFull}}" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="rail" width="1000" height="8"/><rect class="fill" width="{{filled}}" height="8"/></svg>{{/hasCap}}
        {{/meters}}
        </article>
        {{/lanes}}
        </div>
        </section>
        <section>
        <h2>{{runsLabel}}</h2>
        {{#noRuns}}<p class="empty">{{noRuns}}</p>{{/noRuns}}
        {{#runs}}
        <article class="card run">
        <h3>{{title}} <span class="state {{stateCode}}">{{state}}</span></h3>
        <p class="small"><code>{{name}}</code></p>
        <p class="small">{{facts}}</p>
        {{#review}}<p class="small review">{{review}}</p>{{/review}}
        <svg class="bar sum" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">
        <rect class="rail" width="1000" height="14"/>{{#bar}}<rect class="s-{{code}}" x="{{x}}" width="{{width}}" height="14"/>{{/bar}}</svg>
        <p class="sum"><span class="term"><b>{{audienceLabel}} {{audience}}</b></span> <span class="sign">=</span>
        {{#terms}}{{#plus}}<span class="sign">+</span> {{/plus}}<span class="term{{#isZero}} zero{{/isZero}}"><i class="k-{{code}}"></i>{{name}} {{count}}</span>
        {{/terms}}</p>
        {{#broken}}<p class="banner stopped">{{sumBroken}}</p>{{/broken}}
        <ul class="reasons">
        {{#reasons}}
        <li><b>{{count}}</b><span>{{kind}}</span><span>{{words}} <code>{{code}}</code></span></li>
        {{/reasons}}
        </ul>
        </article>
        {{/runs}}
        </section>
        </main>
        <footer>{{readOnly}}</footer>
        </body>
        </html>

        """
}
