/// The one style sheet, for a laptop and a phone, by day and by night. It asks for nothing from elsewhere: no fonts, no
/// pictures.
enum DashboardStyle {
    static let sheet = """
        :root {
          --ink: #1d2430; --soft: #5d6879; --paper: #f5f6f8; --card: #fff; --line: #e1e5ea; --rail: #eaedf1;
          --good: #1f8a5b; --bad: #c0392b; --wait: #d08a1d; --doubt: #8e44ad; --calm: #3a6ea5; --mute: #9aa5b4;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ink: #e6eaf0; --soft: #9aa6b8; --paper: #12161c; --card: #1a2029; --line: #2a323e; --rail: #2a323e;
            --good: #3fbf87; --bad: #ef6a5b; --wait: #e5a94a; --doubt: #bb86d8; --calm: #6ea3dc; --mute: #66717f;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; max-width: 68rem; padding: 1rem; background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif;
        }
        header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; }
        h1 { font-size: 1.5rem; margin: 0; letter-spacing: .02em; }
        h2 { font-size: 1rem; margin: 1.75rem 0 .5rem; color: var(--soft); font-weight: 600; }
        h3 { font-size: 1.05rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
        p { margin: .25rem 0; }
        a { color: var(--calm); }
        header a { margin-left: auto; }
        .now, .small, footer, .empty { color: var(--soft); }
        .small { font-size: .85rem; overflow-wrap: anywhere; }
        time, .meter b, .reasons b, .sum { font-variant-numeric: tabular-nums; }
        code { font: .85em ui-monospace, Menlo, Consolas, monospace; color: var(--soft); overflow-wrap: anywhere; }
        .banner { padding: .6rem .9rem; border-radius: .5rem; margin: .75rem 0 0; border-left: .3rem solid; background: var(--card); }
        .banner.rehearsal { border-color: var(--calm); font-weight: 600; }
        .banner.stopped { border-color: var(--bad); font-weight: 600; }
        .banner.unknown { border-color: var(--doubt); }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; }
        .lanes { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: .75rem; }
        .run + .run { margin-top: .75rem; }
        .dot { display: inline-block; width: .65rem; height: .65rem; border-radius: 50%; margin-right: .5rem; }
        .dot.open { background: var(--good); }
        .dot.closed { background: var(--wait); }
        .meter { display: flex; justify-content: space-between; font-size: .85rem; margin-top: .6rem; }
        .bar { display: block; width: 100%; height: .5rem; border-radius: .25rem; overflow: hidden; }
        .bar.sum { height: .9rem; border-radius: .3rem; margin: .6rem 0; }
        .rail { fill: var(--rail); }
        .fill { fill: var(--calm); }
        .full .fill { fill: var(--wait); }
        .state { font-size: .8rem; font-weight: 600; padding: .1rem .55rem; border-radius: 1rem; border: 1px solid; white-space: nowrap; color: var(--soft); }
        .state.running { color: var(--good); }
        .state.finished { color: var(--calm); }
        .state.in_review, .state.paused { color: var(--wait); }
        .state.rejected, .state.cancelled, .state.expired { color: var(--bad); }
        p.sum { display: flex; flex-wrap: wrap; gap: .15rem .45rem; font-size: .92rem; }
        .term { white-space: nowrap; }
        .zero, .sign { color: var(--mute); }
        .term i { display: inline-block; width: .6rem; height: .6rem; border-radius: .15rem; margin-right: .3rem; }
        .zero i { opacity: .35; }
        .s-holdout { fill: var(--mute); } .k-holdout { background: var(--mute); }
        .s-accepted { fill: var(--good); } .k-accepted { background: var(--good); }
        .s-rejected { fill: var(--bad); } .k-rejected { background: var(--bad); }
        .s-unknown { fill: var(--doubt); } .k-unknown { background: var(--doubt); }
        .s-skipped { fill: var(--soft); } .k-skipped { background: var(--soft); }
        .s-waiting { fill: var(--wait); } .k-waiting { background: var(--wait); }
        .s-open { fill: var(--calm); } .k-open { background: var(--calm); }
        .s-pending { fill: var(--rail); } .k-pending { background: var(--rail); border: 1px solid var(--mute); }
        .reasons { list-style: none; margin: .5rem 0 0; padding: 0; font-size: .88rem; }
        .reasons li { display: grid; grid-template-columns: 4.5rem auto 1fr; gap: .6rem; padding: .2rem 0; border-top: 1px solid var(--line); }
        .reasons b { text-align: right; }
        .reasons li span:first-of-type { color: var(--soft); white-space: nowrap; }
        footer { margin: 2rem 0 1rem; font-size: .85rem; }

        """
}
