/// Dropping: the files somebody gave, the verdict on one, the form that writes one, what became of it.
enum DropTemplates {
    static let all = ["drop": drop, "verdict": verdict, "sent": sent, "sentlive": sentlive, "compose": compose]

    private static let drop = """
        {{>head}}
        <form class="card" method="post" action="/drop" enctype="multipart/form-data">
        <label for="files">{{frame.words.dropChoose}}</label>
        <input id="files" name="files" type="file" multiple required accept=".yaml,.yml,.csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.png,.jpg,.jpeg,.bmp,.webp" aria-describedby="fileshint">
        <p id="fileshint" class="small">{{frame.words.dropUploadHint}}</p>
        <button class="primary">{{frame.words.dropUpload}}</button>
        <a class="button" href="/compose">{{frame.words.dropCompose}}</a>
        </form>
        <section aria-labelledby="yours"><h2 id="yours">{{frame.words.dropYours}}</h2>
        {{#none}}<p class="empty">{{none}}</p>{{/none}}
        <ul class="plain">{{#lines}}<li class="card filed"><p><strong>{{name}}</strong> <span class="tag">{{kind}}</span> <span class="small">{{size}}</span></p>
        <div class="acts">{{#href}}<a class="button primary" href="{{href}}">{{frame.words.dropCheck}}<span class="unseen"> {{name}}</span></a>{{/href}}
        <form method="post" action="/drop/acts"><input type="hidden" name="act" value="discard"><input type="hidden" name="file" value="{{name}}"><button>{{frame.words.dropRemove}}<span class="unseen"> {{name}}</span></button></form></div></li>
        {{/lines}}</ul></section>
        {{#hasUntaken}}<section aria-labelledby="untaken"><h2 id="untaken">{{frame.words.dropInFolder}}</h2>
        <ul>{{#untaken}}<li>{{.}}</li>{{/untaken}}</ul></section>{{/hasUntaken}}
        {{>foot}}
        """

    private static let verdict = """
        {{>head}}
        <p class="small"><code>{{file}}</code> · <a href="/drop">{{frame.words.dropOther}}</a></p>
        <p class="note {{#isGood}}good{{/isGood}}{{^isGood}}bad{{/isGood}}" role="status">{{verdict}}</p>
        {{#hasFound}}<div class="wide" role="group" tabindex="0" aria-label="{{frame.words.dropFound}}"><table><thead><tr><th scope="col">{{frame.words.dropPlace}}</th><th scope="col">{{frame.words.dropFound}}</th></tr></thead><tbody>
        {{#found}}<tr class="{{kind}}"><th scope="row" class="number"><a href="#line">{{place}}</a></th><td>{{message}}{{#hint}} <span class="small">{{hint}}</span>{{/hint}} <code>{{code}}</code></td></tr>
        {{/found}}{{#faults}}<tr class="refuses"><th scope="row"></th><td>{{.}}</td></tr>
        {{/faults}}</tbody></table></div>{{/hasFound}}
        {{#hasLists}}<section aria-labelledby="lists"><h2 id="lists">{{frame.words.dropLists}}</h2>
        {{#lists}}<p>{{counted}}{{#badHref}} <a href="{{badHref}}">{{frame.words.dropBadRows}}</a>{{/badHref}}</p><ul class="small">{{#told}}<li>{{.}}</li>{{/told}}</ul>{{/lists}}</section>{{/hasLists}}
        {{#hasSchedule}}<section aria-labelledby="when"><h2 id="when">{{frame.words.dropWhen}}</h2>
        <ul>{{#schedule}}<li>{{.}}</li>{{/schedule}}</ul></section>{{/hasSchedule}}
        <ul class="findings">{{#findings}}<li class="{{kind}}">{{text}}</li>{{/findings}}</ul>
        {{#hasVariants}}<section aria-labelledby="messages"><h2 id="messages">{{frame.words.messages}}</h2>
        {{>bubbles}}</section>{{/hasVariants}}
        {{#forecast}}<section aria-labelledby="forecast"><h2 id="forecast">{{frame.words.forecast}}</h2>
        {{>forecast}}</section>{{/forecast}}
        <section class="card" aria-labelledby="hand-in"><h2 id="hand-in">{{frame.words.dropHandIn}}</h2>
        {{#mayHandIn}}<p class="small">{{frame.words.dropHandInHint}}</p>
        <form method="post" action="/drop/acts"><input type="hidden" name="act" value="hand-in"><input type="hidden" name="file" value="{{file}}"><button class="primary">{{frame.words.dropHandIn}}</button></form>{{/mayHandIn}}
        <p><a class="button" href="/drop">{{frame.words.dropOther}}</a></p></section>
        <section aria-labelledby="line"><h2 id="line">{{frame.words.dropSource}}</h2>
        <div class="wide" role="group" tabindex="0" aria-label="{{frame.words.dropSource}}"><pre class="difference">{{#source}}<span class="{{kind}}">{{number}}  {{text}}</span>
        {{/source}}</pre></div></section>
        {{>foot}}
        """

    private static let sent = """
        {{>head}}
        <p class="small"><code>{{file}}</code> · <a href="/drop">{{frame.words.dropOther}}</a></p>
        <div data-live="{{topic}}">{{#live}}{{>sentlive}}{{/live}}</div>
        {{>foot}}
        """

    private static let sentlive = """
        {{#waiting}}<p class="note" role="status">{{waiting}}</p>{{/waiting}}
        {{#taken}}<p class="note good" role="status">{{taken}}</p>{{/taken}}
        {{#report}}<pre class="card report">{{report}}</pre>{{/report}}
        """

    private static let compose = """
        {{>head}}
        <p>{{frame.words.composeHint}}</p>
        <form class="card" method="post" action="/compose" enctype="multipart/form-data">
        <label for="title">{{frame.words.title}}</label><input id="title" name="title" required maxlength="200">
        <label for="id">{{frame.words.composeID}}</label><input id="id" name="id" required maxlength="64" autocapitalize="off" spellcheck="false">
        <label for="account">{{frame.words.account}}</label><select id="account" name="account">{{#accounts}}<option>{{.}}</option>{{/accounts}}</select>
        {{#hasLists}}<label for="list">{{frame.words.composeList}}</label><select id="list" name="list">{{#lists}}<option>{{.}}</option>{{/lists}}</select>{{/hasLists}}
        <label for="newlist">{{#hasLists}}{{frame.words.composeNewList}}{{/hasLists}}{{^hasLists}}{{frame.words.composeList}}{{/hasLists}}</label>
        <input id="newlist" name="files" type="file"{{^hasLists}} required{{/hasLists}} accept=".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson">
        <label for="start">{{frame.words.composeStart}}</label><input id="start" name="start" type="datetime-local" required>
        <label for="window">{{frame.words.composeWindow}}</label><input id="window" name="window" autocomplete="off">
        <label for="valid">{{frame.words.composeValid}}</label><input id="valid" name="valid_until" autocomplete="off">
        <label for="holdout">{{frame.words.composeHoldout}}</label><input id="holdout" name="holdout" autocomplete="off">
        {{#variants}}<details class="variant"{{#isOpen}} open{{/isOpen}}><summary>{{name}}</summary>
        <label for="text{{number}}">{{frame.words.composeText}}</label><textarea id="text{{number}}" name="text{{number}}" rows="3"></textarea>
        <label for="template{{number}}">{{frame.words.composeTemplate}}</label><input id="template{{number}}" name="template{{number}}" autocomplete="off" autocapitalize="off" spellcheck="false">
        <label for="path{{number}}">{{frame.words.composePath}}</label><input id="path{{number}}" name="path{{number}}" autocomplete="off" autocapitalize="off" spellcheck="false">
        {{#hasImages}}<label for="image{{number}}">{{frame.words.composeImage}}</label><select id="image{{number}}" name="image{{number}}"><option value="">{{frame.words.composeNoImage}}</option>{{#images}}<option>{{.}}</option>{{/images}}</select>{{/hasImages}}
        <label for="weight{{number}}">{{frame.words.composeWeight}}</label><input id="weight{{number}}" name="weight{{number}}" inputmode="decimal" value="{{weight}}">
        </details>{{/variants}}
        <label for="fallback">{{frame.words.composeFallback}}</label><input id="fallback" name="fallback" autocomplete="off">
        <button class="primary">{{frame.words.composeWrite}}</button>
        <a class="button" href="/drop">{{frame.words.back}}</a>
        </form>
        {{>foot}}
        """
}
