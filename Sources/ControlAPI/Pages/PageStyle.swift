/// The one style sheet: tokens for colour, space and type; by day and by night; on a telephone and a desk. It asks for
/// nothing from elsewhere: no fonts, no pictures. Every pair of ink and ground is 4.5 : 1 or more.
enum PageStyle {
    static let sheet = """
        :root {
          --ink: #1b2330; --soft: #4d5869; --paper: #f4f6f8; --card: #fff; --line: #cfd6de; --rail: #e3e8ee;
          --link: #1d5c99; --on-link: #fff; --good: #17693f; --bad: #b3261e; --on-bad: #fff; --wait: #8a5300;
          --doubt: #7b3aa0; --good-back: #e3f4ea; --bad-back: #fce8e6; --wait-back: #fdf1dc; --doubt-back: #f3e8f9;
          --plan: #8fa3b8; --mute: #8592a3; --phone: #e9edf2; --bubble: #fff;
          --s1: .25rem; --s2: .5rem; --s3: .75rem; --s4: 1rem; --s6: 1.5rem; --s8: 2rem;
          --small: .875rem; --body: 1rem; --h3: 1.05rem; --h2: 1.2rem; --h1: 1.5rem; --round: .6rem;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ink: #e8ecf2; --soft: #aeb9c8; --paper: #11151b; --card: #1a2029; --line: #3a4452; --rail: #2b3440;
            --link: #8dc1f5; --on-link: #0d1a28; --good: #6fd9a0; --bad: #ff9d94; --on-bad: #2b0a07; --wait: #f0bd6a;
            --doubt: #d6a8ee; --good-back: #15301f; --bad-back: #3a1815; --wait-back: #33270f; --doubt-back: #2c1c36;
            --plan: #5c6b7e; --mute: #7c899a; --phone: #0d1116; --bubble: #262f3a;
          }
        }
        *, *::before, *::after { box-sizing: border-box; }
        html { scroll-padding-top: 5rem; }
        body {
          margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
          font: var(--body)/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei", sans-serif;
        }
        h1 { font-size: var(--h1); margin: var(--s4) 0 var(--s3); line-height: 1.3; }
        h2 { font-size: var(--h2); margin: var(--s8) 0 var(--s3); line-height: 1.3; }
        h3 { font-size: var(--h3); margin: 0 0 var(--s2); line-height: 1.4; }
        .card h2:first-child { margin-top: 0; }
        * + h3 { margin-top: var(--s4); }
        p { margin: var(--s2) 0; }
        ul { margin: var(--s2) 0; padding-left: 1.25rem; }
        a { color: var(--link); }
        a:focus-visible, button:focus-visible, input:focus-visible, textarea:focus-visible, select:focus-visible, summary:focus-visible, main:focus-visible {
          outline: 3px solid var(--link); outline-offset: 2px;
        }
        main:focus { outline: none; }
        code { overflow-wrap: anywhere; font: .9em ui-monospace, Menlo, Consolas, monospace; }
        time, .number, .meter b, .sum { font-variant-numeric: tabular-nums; }
        .small, footer, .empty, .axis { color: var(--soft); font-size: var(--small); }
        .skip { position: absolute; left: -100vw; top: 0; background: var(--card); padding: var(--s3); z-index: 3; }
        .skip:focus { left: 0; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .top {
          position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; gap: var(--s1) var(--s4);
          padding: var(--s2) var(--s4); background: var(--card); border-bottom: 1px solid var(--line);
        }
        .brand { font-weight: 700; font-size: var(--h3); color: var(--ink); text-decoration: none; padding: var(--s2) 0; }
        nav { flex: 1 1 auto; order: 0; }
        nav ul { display: flex; flex-wrap: wrap; gap: 0 var(--s1); list-style: none; margin: 0; padding: 0; }
        nav a, .language { display: inline-flex; align-items: center; min-height: 2.25rem; padding: 0 var(--s2); text-decoration: none; border-radius: var(--round); }
        nav a[aria-current] { background: var(--rail); color: var(--ink); font-weight: 600; }
        main, footer { max-width: 70rem; margin: 0 auto; padding: 0 var(--s4); }
        footer { display: flex; flex-wrap: wrap; align-items: baseline; gap: var(--s3); margin-top: var(--s8); padding-bottom: var(--s6); }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: var(--round); padding: var(--s4); margin: 0 0 var(--s3); }
        .narrow { max-width: 32rem; }
        .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); gap: var(--s3); }
        .plain { list-style: none; padding: 0; }
        .plain > li:not(.card) { padding: var(--s1) 0; border-top: 1px solid var(--line); }
        .note { padding: var(--s3) var(--s4); border-radius: var(--round); border-left: .3rem solid var(--link); background: var(--card); margin: var(--s3) 0; }
        .note.good, .note.said { border-color: var(--good); background: var(--good-back); }
        .note.bad { border-color: var(--bad); background: var(--bad-back); }
        .note.rehearsal { border-color: var(--doubt); background: var(--doubt-back); }
        .need { border-left: .3rem solid var(--wait); }
        .need.bad { border-left-color: var(--bad); }
        .need.doubt { border-left-color: var(--doubt); }
        .status { font-weight: 600; }
        .tag { display: inline-block; font-size: var(--small); font-weight: 600; padding: 0 .6rem; border-radius: 1rem; border: 1px solid currentColor; color: var(--soft); max-width: 100%; }
        .tag.running, .tag.accepted { color: var(--good); }
        .tag.finished, .tag.scheduled { color: var(--link); }
        .tag.in_review, .tag.paused, .tag.waiting { color: var(--wait); }
        .tag.rejected, .tag.cancelled, .tag.expired { color: var(--bad); }
        .tag.unknown { color: var(--doubt); }
        button, .button {
          display: inline-flex; align-items: center; justify-content: center; min-height: 2.5rem; padding: 0 var(--s4); font: inherit; font-weight: 600; cursor: pointer;
          color: var(--link); background: var(--card); border: 1px solid var(--link); border-radius: var(--round); text-decoration: none;
        }
        button.primary, .button.primary { background: var(--link); color: var(--on-link); }
        button.danger, .button.stop { background: var(--bad); border-color: var(--bad); color: var(--on-bad); }
        button.quiet { min-height: 2rem; font-weight: 400; font-size: var(--small); }
        label { display: block; margin: var(--s3) 0 var(--s1); font-weight: 600; }
        input:not([type=checkbox]):not([type=hidden]), textarea, select {
          display: block; width: 100%; min-height: 2.5rem; padding: var(--s2) var(--s3); font: inherit; color: var(--ink); background: var(--card);
          border: 1px solid var(--mute); border-radius: var(--round);
        }
        input[type=checkbox] { width: 1.5rem; height: 1.5rem; }
        form > button, form > .button { margin-top: var(--s3); }
        form + form { margin-top: var(--s6); padding-top: var(--s4); border-top: 1px solid var(--line); }
        .acts { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s3); }
        .acts form > button { margin-top: 0; }
        .acts form { margin: 0; padding: 0; border: 0; }
        .filter { display: flex; flex-wrap: wrap; align-items: end; gap: var(--s2) var(--s3); margin-bottom: var(--s4); }
        .filter label { margin: 0; }
        .filter input, .filter select { width: auto !important; flex: 1 1 10rem; }
        summary { min-height: 2rem; cursor: pointer; color: var(--link); padding: var(--s1) 0; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: var(--small); overflow-wrap: break-word; }
        td.small { overflow-wrap: anywhere; }
        th, td { text-align: left; vertical-align: top; padding: var(--s2); border-top: 1px solid var(--line); }
        thead th { border-top: 0; color: var(--soft); }
        th[scope=row] { font-weight: 500; min-width: 6rem; }
        .wide:focus-visible { outline: 3px solid var(--link); }
        .number { text-align: right; white-space: nowrap; }
        tr.refuses th, tr.refuses td { background: var(--bad-back); }
        .meter { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 var(--s2); font-size: var(--small); margin: var(--s2) 0 0; }
        .bar { display: block; width: 100%; height: .9rem; border-radius: .3rem; margin: var(--s2) 0; }
        .bar.thin { height: .5rem; margin: var(--s1) 0; }
        .rail { fill: var(--rail); } .fill { fill: var(--link); } .full .fill { fill: var(--wait); }
        .sum { font-size: var(--small); }
        .sum span { white-space: nowrap; margin-right: var(--s2); }
        .sum .zero { color: var(--soft); }
        i[class^=k-] { display: inline-block; width: .65rem; height: .65rem; border-radius: .15rem; margin-right: .3rem; }
        .s-whole { fill: var(--plan); }
        .s-holdout { fill: var(--mute); } .k-holdout { background: var(--mute); }
        .s-accepted { fill: var(--good); } .k-accepted { background: var(--good); }
        .s-rejected { fill: var(--bad); } .k-rejected { background: var(--bad); }
        .s-unknown { fill: var(--doubt); } .k-unknown { background: var(--doubt); }
        .s-skipped { fill: var(--soft); } .k-skipped { background: var(--soft); }
        .s-waiting { fill: var(--wait); } .k-waiting { background: var(--wait); }
        .s-open { fill: var(--link); } .k-open { background: var(--link); }
        .s-pending { fill: var(--rail); } .k-pending { background: var(--rail); border: 1px solid var(--mute); }
        .k-plan { background: var(--plan); } .k-actual { background: var(--good); }
        .chart { display: block; width: 100%; height: 8rem; background: var(--card); border-bottom: 1px solid var(--mute); }
        .chart .plan { fill: var(--plan); } .chart .actual { fill: var(--good); opacity: .75; }
        .axis { display: flex; flex-wrap: wrap; justify-content: space-between; gap: var(--s2); }
        .waterfall td.drawn { width: 50%; min-width: 6rem; }
        .reasons { list-style: none; padding: 0; }
        .reasons li { padding: var(--s2) 0; border-top: 1px solid var(--line); }
        .findings { list-style: none; padding: 0; }
        .findings li { padding: var(--s2) var(--s3); margin: var(--s1) 0; border-radius: var(--round); background: var(--card); border-left: .3rem solid var(--link); }
        .findings .refuses { border-color: var(--bad); background: var(--bad-back); }
        .findings .second_person { border-color: var(--wait); background: var(--wait-back); }
        .difference { margin: 0; white-space: pre-wrap; font: var(--small)/1.6 ui-monospace, Menlo, Consolas, monospace; }
        .difference .old { color: var(--bad); } .difference .new { color: var(--good); }
        .phones { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: var(--s4); margin: var(--s3) 0 var(--s6); }
        .phone { margin: 0; }
        .screen { background: var(--phone); border: 1px solid var(--line); border-radius: 1.25rem; padding: var(--s4) var(--s3); min-height: 8rem; }
        .bubble { background: var(--bubble); border: 1px solid var(--line); border-radius: .25rem 1rem 1rem 1rem; padding: var(--s2) var(--s3); margin: 0 var(--s4) var(--s3) 0; white-space: pre-wrap; width: fit-content; max-width: 100%; }
        .bubble img { display: block; max-width: 100%; height: auto; border-radius: var(--s2); }
        .bubble.cardlike { border-left: .3rem solid var(--link); }
        .bubble.none { background: var(--bad-back); }
        figcaption { font-size: var(--small); color: var(--soft); margin-top: var(--s2); }
        .digest { word-break: break-all; }
        .filed { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--s2) var(--s4); }
        .filed p { margin: 0; }
        .report { white-space: pre-wrap; font: var(--small)/1.6 ui-monospace, Menlo, Consolas, monospace; overflow-x: auto; }
        .days { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(12rem, 100%), 1fr)); gap: var(--s2); }
        .day { margin: 0; padding: var(--s3); }
        .competes { color: var(--bad); font-weight: 600; }
        .beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 0 var(--s4); }
        .variant { border-top: 1px solid var(--line); margin-top: var(--s4); }
        .chart .night { fill: var(--rail); } .chart .hours { fill: none; stroke: var(--link); stroke-width: 2; }
        .chart .cap { stroke: var(--bad); stroke-width: 2; stroke-dasharray: 8 6; fill: none; }
        .k-night { background: var(--rail); border: 1px solid var(--mute); } .k-hours { border: 1px solid var(--link); } .k-cap { background: var(--bad); }
        @media (max-width: 40rem) {
          nav { order: 3; flex-basis: 100%; }
          .brand { flex: 1; }
          nav a { padding: 0 var(--s2) 0 0; }
          .waterfall td.drawn { width: 30%; }
        }
        @media (prefers-reduced-motion: no-preference) { .bar rect { transition: width .4s, x .4s; } }
        @media print { .top, footer, form, .skip { display: none; } body { background: #fff; color: #000; } }

        """
}
