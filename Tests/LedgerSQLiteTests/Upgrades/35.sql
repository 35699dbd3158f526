CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" ("identifier") VALUES ('1 the ledger');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('2 what a change did to older runs');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('3 which ledger this is');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('4 the audit is a chain');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('5 what the questions about a day need');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('6 the machine''s review');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('7 how accounts stand');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('8 what people want taken back');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('9 evidence and events');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('10 who was erased, what was pruned');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('11 who of a run waits for its test');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('12 when the held out would have been written to');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('13 lists that are being copied');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('14 what became of every row of a list');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('15 figures that outlive the rows they came from');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('16 whose a name is');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('17 why a run stands');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('18 what was paused while it waited for review');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('19 which arrivals were set aside');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('20 what became of orders');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('21 what no erasure reaches');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('22 who is logged in, and why a run was refused');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('23 attempts lie as they start');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('24 what is written in slices');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('25 how accounts were held');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('26 sums that only grow');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('27 as what events know an app');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('28 whom a token has named');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('29 answers that are given again');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('30 what people are told');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('31 what a machine''s review holds for');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('32 what happened, and what it was an occasion of');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('33 tokens made while a daemon runs');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('34 sums without lists');
INSERT INTO "grdb_migrations" ("identifier") VALUES ('35 what became of orders that come later');
CREATE TABLE reign (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    term INTEGER NOT NULL,
    node TEXT NOT NULL,
    began INTEGER NOT NULL,
    highest_wall INTEGER NOT NULL,
    stopped INTEGER NOT NULL DEFAULT 0 CHECK (stopped IN (0, 1))
) STRICT;
INSERT INTO "reign" ("id","term","node","began","highest_wall","stopped") VALUES (1,1,'test',1795140000000,1795140000000,0);
CREATE TABLE app (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    in_trial INTEGER NOT NULL CHECK (in_trial IN (0, 1))
, credit INTEGER NOT NULL DEFAULT 100 CHECK (credit BETWEEN 0 AND 100), credit_configured INTEGER, client_key TEXT, known_as TEXT) STRICT;
INSERT INTO "app" ("id","name","in_trial","credit","credit_configured","client_key","known_as") VALUES (1,'tt01',0,100,NULL,NULL,'tt01');
INSERT INTO "app" ("id","name","in_trial","credit","credit_configured","client_key","known_as") VALUES (2,'tt02',0,100,NULL,NULL,'tt02');
CREATE TABLE recipient (
    id INTEGER PRIMARY KEY,
    app INTEGER NOT NULL REFERENCES app,
    open_id TEXT NOT NULL CHECK (length(open_id) BETWEEN 1 AND 128),
    UNIQUE (app, open_id)
) STRICT;
INSERT INTO "recipient" ("id","app","open_id") VALUES (1,1,'p0');
INSERT INTO "recipient" ("id","app","open_id") VALUES (2,1,'p1');
INSERT INTO "recipient" ("id","app","open_id") VALUES (3,1,'p2');
INSERT INTO "recipient" ("id","app","open_id") VALUES (4,1,'p3');
INSERT INTO "recipient" ("id","app","open_id") VALUES (5,1,'p4');
INSERT INTO "recipient" ("id","app","open_id") VALUES (6,1,'p5');
INSERT INTO "recipient" ("id","app","open_id") VALUES (7,1,'p6');
INSERT INTO "recipient" ("id","app","open_id") VALUES (8,1,'p7');
CREATE TABLE consent (
    account INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
    source TEXT NOT NULL,
    granted INTEGER NOT NULL,
    expires INTEGER,
    checked INTEGER NOT NULL,
    stock INTEGER CHECK (stock >= 0),
    mutual INTEGER CHECK (mutual IN (0, 1)),
    PRIMARY KEY (account, recipient)
) STRICT, WITHOUT ROWID;
INSERT INTO "consent" ("account","recipient","state","source","granted","expires","checked","stock","mutual") VALUES (1,1,1,'walk',1795140000000,NULL,1795140000000,NULL,NULL);
INSERT INTO "consent" ("account","recipient","state","source","granted","expires","checked","stock","mutual") VALUES (1,2,1,'walk',1795140000000,NULL,1795140000000,NULL,NULL);
INSERT INTO "consent" ("account","recipient","state","source","granted","expires","checked","stock","mutual") VALUES (1,3,1,'walk',1795140000000,NULL,1795140000000,NULL,NULL);
INSERT INTO "consent" ("account","recipient","state","source","granted","expires","checked","stock","mutual") VALUES (1,4,1,'walk',1795140000000,NULL,1795140000000,NULL,NULL);
INSERT INTO "consent" ("account","recipient","state","source","granted","expires","checked","stock","mutual") VALUES (1,5,1,'walk',1795140000000,NULL,1795140000000,NULL,NULL);
INSERT INTO "consent" ("account","recipient","state","source","granted","expires","checked","stock","mutual") VALUES (1,6,1,'walk',1795140000000,NULL,1795140000000,NULL,NULL);
INSERT INTO "consent" ("account","recipient","state","source","granted","expires","checked","stock","mutual") VALUES (1,7,1,'walk',1795140000000,NULL,1795140000000,NULL,NULL);
INSERT INTO "consent" ("account","recipient","state","source","granted","expires","checked","stock","mutual") VALUES (1,8,1,'walk',1795140000000,NULL,1795140000000,NULL,NULL);
CREATE TABLE listed (
    recipient INTEGER NOT NULL,
    list INTEGER NOT NULL CHECK (list IN (1, 2)),
    account INTEGER NOT NULL,
    since INTEGER NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (recipient, list, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE audience (
    id INTEGER PRIMARY KEY,
    app INTEGER NOT NULL REFERENCES app,
    digest TEXT NOT NULL,
    columns TEXT NOT NULL,
    rows_read INTEGER NOT NULL,
    rows_bad INTEGER NOT NULL,
    people INTEGER NOT NULL, draft INTEGER, duplicates INTEGER NOT NULL DEFAULT 0 CHECK (duplicates >= 0),
    UNIQUE (app, digest)
) STRICT;
INSERT INTO "audience" ("id","app","digest","columns","rows_read","rows_bad","people","draft","duplicates") VALUES (1,1,'list-sale-0','open_idnickname',8,0,8,NULL,0);
CREATE TABLE member (
    audience INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    fields BLOB NOT NULL,
    PRIMARY KEY (audience, recipient)
) STRICT, WITHOUT ROWID;
INSERT INTO "member" ("audience","recipient","ordinal","fields") VALUES (1,1,2,X'');
INSERT INTO "member" ("audience","recipient","ordinal","fields") VALUES (1,2,3,X'');
INSERT INTO "member" ("audience","recipient","ordinal","fields") VALUES (1,3,4,X'');
INSERT INTO "member" ("audience","recipient","ordinal","fields") VALUES (1,4,5,X'');
INSERT INTO "member" ("audience","recipient","ordinal","fields") VALUES (1,5,6,X'');
INSERT INTO "member" ("audience","recipient","ordinal","fields") VALUES (1,6,7,X'');
INSERT INTO "member" ("audience","recipient","ordinal","fields") VALUES (1,7,8,X'');
INSERT INTO "member" ("audience","recipient","ordinal","fields") VALUES (1,8,9,X'');
CREATE TABLE image (
    digest TEXT NOT NULL,
    app INTEGER NOT NULL,
    media_id TEXT NOT NULL,
    uploaded INTEGER NOT NULL,
    PRIMARY KEY (digest, app)
) STRICT, WITHOUT ROWID;
CREATE TABLE image_content (
    digest TEXT PRIMARY KEY,
    content BLOB NOT NULL,
    kept INTEGER NOT NULL
) STRICT;
CREATE TABLE campaign (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    author TEXT NOT NULL
) STRICT;
INSERT INTO "campaign" ("id","name","author") VALUES (1,'sale','marketing');
CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES campaign,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    app INTEGER NOT NULL REFERENCES app,
    account INTEGER NOT NULL,
    content TEXT NOT NULL,
    source BLOB NOT NULL,
    file_name TEXT NOT NULL,
    notes TEXT NOT NULL,
    people INTEGER NOT NULL DEFAULT 0,
    admitted INTEGER NOT NULL,
    approved INTEGER NOT NULL DEFAULT 0 CHECK (approved IN (0, 1)), pruned INTEGER NOT NULL DEFAULT 0 CHECK (pruned BETWEEN 0 AND 2), pruned_at INTEGER,
    UNIQUE (campaign, digest),
    UNIQUE (campaign, number)
) STRICT;
INSERT INTO "revision" ("id","campaign","number","digest","app","account","content","source","file_name","notes","people","admitted","approved","pruned","pruned_at") VALUES (1,1,1,'digest-sale-1-0123456789',1,1,'{"account":"flagship","audience":{"conditions":[],"exclude":[],"files":["a.csv"],"order":"listed","source":"files","strict":false},"author":"marketing","channel":"private-message","fields":[],"holdout":{"tenThousandths":0},"id":"sale","priority":5,"schedule":{"ifMissed":{"skip":{}},"overlap":"skip","sendTime":"soon","start":{"milliseconds":1795140000000},"validity":{"endOfDay":{}},"zone":"Asia\/Shanghai"},"title":"sale","variants":[{"messages":[{"text":{"_0":"hello"}}],"name":"a","weight":{"tenThousandths":10000}}]}',X'','sale.yaml','[]',8,1795140000000,1,0,NULL);
CREATE TABLE revision_audience (
    revision INTEGER NOT NULL REFERENCES revision,
    excludes INTEGER NOT NULL CHECK (excludes IN (0, 1)),
    position INTEGER NOT NULL,
    audience INTEGER NOT NULL REFERENCES audience,
    PRIMARY KEY (revision, excludes, position)
) STRICT, WITHOUT ROWID;
INSERT INTO "revision_audience" ("revision","excludes","position","audience") VALUES (1,0,0,1);
CREATE TABLE approval (
    revision INTEGER NOT NULL REFERENCES revision,
    person TEXT NOT NULL,
    approves INTEGER NOT NULL CHECK (approves IN (0, 1)),
    digest TEXT NOT NULL,
    at INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (revision, person)
) STRICT, WITHOUT ROWID;
INSERT INTO "approval" ("revision","person","approves","digest","at","note") VALUES (1,'review',1,'digest-sale-1-0123456789',1795140000000,'');
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL REFERENCES revision,
    account INTEGER NOT NULL,
    channel TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 9),
    starts INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    planned INTEGER NOT NULL DEFAULT 0 CHECK (planned IN (0, 1)),
    -- A run of one person whom somebody named, for a look before the review.
    test INTEGER NOT NULL DEFAULT 0 CHECK (test IN (0, 1)),
    audience INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    excluded INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    began INTEGER,
    ended INTEGER, stood_aside INTEGER NOT NULL DEFAULT 0 CHECK (stood_aside IN (0, 1)), replaced_by INTEGER REFERENCES run, pruned INTEGER NOT NULL DEFAULT 0 CHECK (pruned BETWEEN 0 AND 2), beyond_max INTEGER NOT NULL DEFAULT 0 CHECK (beyond_max >= 0), pruned_at INTEGER, why INTEGER, freed INTEGER, met INTEGER, held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)), closing INTEGER, closed_to INTEGER NOT NULL DEFAULT 0, listens INTEGER, spends INTEGER CHECK (spends BETWEEN 1 AND 3), hears_from INTEGER,
    UNIQUE (revision, starts)
) STRICT;
INSERT INTO "run" ("id","name","revision","account","channel","state","starts","valid_until","priority","planned","test","audience","duplicates","excluded","created","began","ended","stood_aside","replaced_by","pruned","beyond_max","pruned_at","why","freed","met","held","closing","closed_to","listens","spends","hears_from") VALUES (1,'sale@20261120-1000',1,1,'private-message',3,1795140000000,1795399200000,5,1,0,8,0,0,1795140000000,1795140000000,NULL,0,NULL,0,0,NULL,NULL,NULL,NULL,0,NULL,0,NULL,NULL,NULL);
CREATE TABLE segment (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    size INTEGER NOT NULL,
    -- Everything before it has a row elsewhere; everything from it on was never started.
    next INTEGER NOT NULL DEFAULT 0 CHECK (next BETWEEN 0 AND size),
    planned_at INTEGER NOT NULL
, ordering INTEGER NOT NULL DEFAULT 0 CHECK (ordering BETWEEN 0 AND 2), shuffle_key INTEGER, slot INTEGER CHECK (slot BETWEEN 0 AND 1439)) STRICT;
INSERT INTO "segment" ("id","run","size","next","planned_at","ordering","shuffle_key","slot") VALUES (1,1,7,6,1795140000000,2,1,NULL);
CREATE TABLE plan (
    segment INTEGER NOT NULL,
    position INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    -- 0: from the authorised list, without columns.
    audience INTEGER NOT NULL,
    PRIMARY KEY (segment, position)
) STRICT, WITHOUT ROWID;
INSERT INTO "plan" ("segment","position","recipient","variant","audience") VALUES (1,0,1,0,1);
INSERT INTO "plan" ("segment","position","recipient","variant","audience") VALUES (1,1,2,0,1);
INSERT INTO "plan" ("segment","position","recipient","variant","audience") VALUES (1,2,3,0,1);
INSERT INTO "plan" ("segment","position","recipient","variant","audience") VALUES (1,3,4,0,1);
INSERT INTO "plan" ("segment","position","recipient","variant","audience") VALUES (1,4,5,0,1);
INSERT INTO "plan" ("segment","position","recipient","variant","audience") VALUES (1,5,6,0,1);
INSERT INTO "plan" ("segment","position","recipient","variant","audience") VALUES (1,6,7,0,1);
CREATE TABLE holdout (
    run INTEGER NOT NULL,
    recipient INTEGER NOT NULL, segment INTEGER, position INTEGER NOT NULL DEFAULT 0, variant INTEGER NOT NULL DEFAULT 0, audience INTEGER NOT NULL DEFAULT 0, by_house INTEGER NOT NULL DEFAULT 0 CHECK (by_house IN (0, 1)), until INTEGER, reason INTEGER, sent INTEGER,
    PRIMARY KEY (run, recipient)
) STRICT, WITHOUT ROWID;
INSERT INTO "holdout" ("run","recipient","segment","position","variant","audience","by_house","until","reason","sent") VALUES (1,8,1,6,0,1,0,NULL,NULL,NULL);
CREATE TABLE unknown_attempt (
    day INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    account INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (day, recipient, account, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "unknown_attempt" ("day","recipient","account","number") VALUES (20777,3,1,1);
CREATE TABLE waiting (
    run INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    position INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    audience INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    until INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    PRIMARY KEY (run, recipient)
) STRICT, WITHOUT ROWID;
INSERT INTO "waiting" ("run","recipient","segment","position","variant","audience","tries","until","reason") VALUES (1,4,1,3,0,1,1,1795145400000,61);
CREATE TABLE skipped (
    run INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (run, recipient)
) STRICT, WITHOUT ROWID;
INSERT INTO "skipped" ("run","recipient","variant","reason","at") VALUES (1,5,0,26,1795140000000);
CREATE TABLE counter (
    day INTEGER NOT NULL,
    account INTEGER NOT NULL,
    people INTEGER NOT NULL CHECK (people >= 0),
    messages INTEGER NOT NULL CHECK (messages >= 0), answers INTEGER NOT NULL DEFAULT 0 CHECK (answers >= 0),
    PRIMARY KEY (day, account)
) STRICT, WITHOUT ROWID;
INSERT INTO "counter" ("day","account","people","messages","answers") VALUES (20777,1,3,3,0);
CREATE TABLE rollup (
    run INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (run, variant, kind, reason)
) STRICT, WITHOUT ROWID;
INSERT INTO "rollup" ("run","variant","kind","reason","count") VALUES (1,-1,13,0,1);
INSERT INTO "rollup" ("run","variant","kind","reason","count") VALUES (1,0,1,69,1);
INSERT INTO "rollup" ("run","variant","kind","reason","count") VALUES (1,0,2,69,1);
INSERT INTO "rollup" ("run","variant","kind","reason","count") VALUES (1,0,5,69,1);
INSERT INTO "rollup" ("run","variant","kind","reason","count") VALUES (1,0,10,0,1);
INSERT INTO "rollup" ("run","variant","kind","reason","count") VALUES (1,0,11,61,1);
INSERT INTO "rollup" ("run","variant","kind","reason","count") VALUES (1,0,12,26,1);
INSERT INTO "rollup" ("run","variant","kind","reason","count") VALUES (1,0,14,0,7);
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    app INTEGER NOT NULL REFERENCES app,
    name TEXT NOT NULL UNIQUE,
    open_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    zone TEXT NOT NULL,
    bound INTEGER NOT NULL DEFAULT 1 CHECK (bound IN (0, 1)),
    keeps_allow_list INTEGER NOT NULL DEFAULT 0 CHECK (keeps_allow_list IN (0, 1)),
    qualification TEXT,
    hold_reason INTEGER,
    hold_until INTEGER,
    last_walk INTEGER
, banned INTEGER, frozen INTEGER, slowed_per_hour INTEGER CHECK (slowed_per_hour > 0), configured INTEGER NOT NULL DEFAULT 1 CHECK (configured IN (0, 1))) STRICT;
INSERT INTO "account" ("id","app","name","open_id","kind","role","zone","bound","keeps_allow_list","qualification","hold_reason","hold_until","last_walk","banned","frozen","slowed_per_hour","configured") VALUES (1,1,'flagship','_flagship','enterprise','brand','Asia/Shanghai',1,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1);
INSERT INTO "account" ("id","app","name","open_id","kind","role","zone","bound","keeps_allow_list","qualification","hold_reason","hold_until","last_walk","banned","frozen","slowed_per_hour","configured") VALUES (2,1,'outlet','_outlet','enterprise','brand','Asia/Shanghai',1,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1);
INSERT INTO "account" ("id","app","name","open_id","kind","role","zone","bound","keeps_allow_list","qualification","hold_reason","hold_until","last_walk","banned","frozen","slowed_per_hour","configured") VALUES (3,2,'stranger','_stranger','enterprise','brand','Asia/Shanghai',1,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1);
CREATE TABLE instance (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name BLOB NOT NULL CHECK (length(name) = 16),
    person_key BLOB NOT NULL CHECK (length(person_key) = 32),
    sealed INTEGER NOT NULL DEFAULT 0 CHECK (sealed IN (0, 1)),
    beat INTEGER NOT NULL DEFAULT 0,
    beat_at INTEGER NOT NULL DEFAULT 0,
    copied_at INTEGER,
    unknown_from INTEGER,
    unknown_until INTEGER
, pruned_before INTEGER NOT NULL DEFAULT 0, events_before INTEGER NOT NULL DEFAULT 0, proved_at INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "instance" ("id","name","person_key","sealed","beat","beat_at","copied_at","unknown_from","unknown_until","pruned_before","events_before","proved_at") VALUES (1,X'4D8499566412CEB1EB800EC5CEBF2155',X'642E6576AFEA6446A46E2419264DD56806C4CEEBC24DD0A4A700EA3B70BD27EE',0,0,0,NULL,NULL,NULL,0,0,0);
CREATE TABLE "audit" (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;
INSERT INTO "audit" ("seq","at","person","act","subject","detail","digest") VALUES (1,1795140000000,'marketing','admit','sale','digest-sale-1-0123456789',X'E02D178C160FEACF33BBE4A4F58316A020CB62AAA94702AA86186F822527671E');
INSERT INTO "audit" ("seq","at","person","act","subject","detail","digest") VALUES (2,1795140000000,'review','approve','sale@20261120-1000','',X'0BD08DC4658CDFC7482D8F3F2C472DCE48EC854EA3DE7F4EC38DA6196D0D269B');
CREATE TABLE tally (
    account INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    run INTEGER NOT NULL,
    people INTEGER NOT NULL CHECK (people >= 0),
    messages INTEGER NOT NULL CHECK (messages >= 0),
    PRIMARY KEY (account, quarter, run)
) STRICT, WITHOUT ROWID;
INSERT INTO "tally" ("account","quarter","run","people","messages") VALUES (1,1994600,1,6,6);
CREATE TABLE contest (
    run INTEGER NOT NULL,
    winner INTEGER NOT NULL,
    people INTEGER NOT NULL CHECK (people >= 0),
    PRIMARY KEY (run, winner)
) STRICT, WITHOUT ROWID;
CREATE TABLE run_forecast (
    run INTEGER PRIMARY KEY REFERENCES run,
    at INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT;
CREATE TABLE activity (
    account INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 95),
    seen INTEGER NOT NULL CHECK (seen > 0),
    last INTEGER NOT NULL,
    PRIMARY KEY (account, recipient, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE machine_review (
    revision INTEGER PRIMARY KEY REFERENCES revision,
    at INTEGER NOT NULL,
    review TEXT NOT NULL
, terms TEXT) STRICT;
CREATE TABLE qualification (
    account INTEGER NOT NULL REFERENCES account,
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 64),
    document TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL CHECK (valid_to > valid_from),
    messages_per_day INTEGER NOT NULL CHECK (messages_per_day > 0),
    recorded INTEGER NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE complaint (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account,
    kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    note TEXT NOT NULL,
    spent INTEGER NOT NULL DEFAULT 0 CHECK (spent IN (0, 1))
) STRICT;
CREATE TABLE lane_minute (
    account INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    people INTEGER NOT NULL CHECK (people >= 0),
    messages INTEGER NOT NULL CHECK (messages >= 0),
    slowed_until INTEGER,
    PRIMARY KEY (account, minute)
) STRICT, WITHOUT ROWID;
INSERT INTO "lane_minute" ("account","minute","people","messages","slowed_until") VALUES (1,29919000,6,6,NULL);
CREATE TABLE person_window (
    recipient INTEGER PRIMARY KEY REFERENCES recipient,
    zone TEXT,
    quiet_from INTEGER CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_to INTEGER CHECK (quiet_to BETWEEN 0 AND 1440),
    CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
) STRICT;
CREATE TABLE prompt (
    account INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    day INTEGER NOT NULL,
    shown INTEGER NOT NULL CHECK (shown >= 0),
    refused INTEGER NOT NULL CHECK (refused >= 0),
    PRIMARY KEY (account, recipient, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE strategy (
    app INTEGER NOT NULL REFERENCES app,
    entry TEXT NOT NULL,
    behaviour TEXT NOT NULL,
    page TEXT NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    PRIMARY KEY (app, entry, behaviour, page)
) STRICT, WITHOUT ROWID;
CREATE TABLE card_template (
    app INTEGER NOT NULL REFERENCES app,
    id TEXT NOT NULL,
    approved INTEGER NOT NULL CHECK (approved IN (0, 1)),
    PRIMARY KEY (app, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE recall (
    run INTEGER NOT NULL REFERENCES run,
    recipient INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),
    code INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    settled INTEGER,
    PRIMARY KEY (run, recipient, message_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE arrival (
    id INTEGER PRIMARY KEY,
    app INTEGER NOT NULL,
    source INTEGER NOT NULL CHECK (source BETWEEN 1 AND 3),
    digest BLOB NOT NULL UNIQUE,
    received INTEGER NOT NULL,
    body BLOB NOT NULL,
    done INTEGER,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    identity BLOB NOT NULL UNIQUE,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 12),
    app INTEGER NOT NULL,
    account INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    at INTEGER NOT NULL,
    received INTEGER NOT NULL,
    amount INTEGER,
    source INTEGER NOT NULL,
    -- The contact it is credited to; 0: none. NULL: not judged yet, because the contact is still on the wire.
    run INTEGER DEFAULT 0,
    variant INTEGER,
    touched INTEGER
, ghost INTEGER, message TEXT, conversation TEXT, said INTEGER, ad TEXT) STRICT;
CREATE TABLE credit (
    run INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    conversion INTEGER NOT NULL CHECK (conversion BETWEEN 1 AND 7),
    variant INTEGER NOT NULL,
    events INTEGER NOT NULL CHECK (events >= 1),
    amount INTEGER NOT NULL, segment INTEGER NOT NULL DEFAULT 0, later INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, recipient, conversion)
) STRICT, WITHOUT ROWID;
CREATE TABLE result (
    run INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    conversion INTEGER NOT NULL,
    people INTEGER NOT NULL CHECK (people >= 0),
    events INTEGER NOT NULL CHECK (events >= 0),
    amount INTEGER NOT NULL,
    PRIMARY KEY (run, variant, conversion)
) STRICT, WITHOUT ROWID;
CREATE TABLE account_activity (
    account INTEGER NOT NULL,
    day INTEGER NOT NULL,
    slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 95),
    kind INTEGER NOT NULL,
    events INTEGER NOT NULL CHECK (events >= 0),
    PRIMARY KEY (account, day, slot, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE acquaintance (
    account INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    entered_from TEXT NOT NULL DEFAULT '',
    said INTEGER NOT NULL DEFAULT 0,
    replied INTEGER,
    PRIMARY KEY (account, recipient)
) STRICT, WITHOUT ROWID;
CREATE TABLE echo (
    day INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    account INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    received INTEGER NOT NULL,
    -- The attempt it settled; NULL: none yet.
    number INTEGER,
    PRIMARY KEY (day, recipient, account, message_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE erased (
    digest TEXT PRIMARY KEY CHECK (length(digest) = 32),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE undecided_rest (
    run INTEGER PRIMARY KEY REFERENCES run,
    size INTEGER NOT NULL,
    ordering INTEGER NOT NULL,
    shuffle_key INTEGER
, arm INTEGER, segment INTEGER) STRICT;
CREATE TABLE undecided (
    run INTEGER NOT NULL,
    position INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    audience INTEGER NOT NULL,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE look (
    run INTEGER NOT NULL REFERENCES run,
    number INTEGER NOT NULL CHECK (number >= 1),
    at INTEGER NOT NULL,
    term INTEGER NOT NULL,
    seen TEXT NOT NULL,
    found TEXT NOT NULL,
    decides INTEGER NOT NULL CHECK (decides IN (0, 1)),
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE measured (
    app INTEGER NOT NULL,
    account INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (app, account, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE part_result (
    run INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    later INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    figure INTEGER NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (run, segment, later, variant, figure)
) STRICT, WITHOUT ROWID;
CREATE TABLE part_reach (
    run INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (run, segment, variant)
) STRICT, WITHOUT ROWID;
INSERT INTO "part_reach" ("run","segment","variant","people") VALUES (1,1,0,2);
CREATE TABLE response (
    account INTEGER NOT NULL,
    run INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    questions INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    waited INTEGER NOT NULL,
    PRIMARY KEY (account, run, quarter)
) STRICT, WITHOUT ROWID;
CREATE TABLE recalled (
    run INTEGER NOT NULL,
    state INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    PRIMARY KEY (run, state)
) STRICT, WITHOUT ROWID;
CREATE TABLE account_name (
    name TEXT NOT NULL,
    since INTEGER NOT NULL,
    account INTEGER NOT NULL REFERENCES account,
    PRIMARY KEY (name, since)
) STRICT, WITHOUT ROWID;
INSERT INTO "account_name" ("name","since","account") VALUES ('flagship',1795140000000,1);
INSERT INTO "account_name" ("name","since","account") VALUES ('outlet',1795140000000,2);
INSERT INTO "account_name" ("name","since","account") VALUES ('stranger',1795140000000,3);
CREATE TABLE order_change (
    identity BLOB PRIMARY KEY,
    event INTEGER NOT NULL,
    -- 0: as told at first; 1: given back; 2: the right amount.
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
    -- In fen; NULL: all of it.
    amount INTEGER CHECK (amount >= 0),
    at INTEGER NOT NULL,
    received INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE session (
    -- A number is one session's for good: the audit names it after its end.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    secret BLOB NOT NULL UNIQUE CHECK (length(secret) = 32),
    person TEXT NOT NULL,
    binding BLOB NOT NULL,
    began INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    proved INTEGER NOT NULL,
    agent TEXT NOT NULL CHECK (length(agent) <= 200)
) STRICT;
CREATE TABLE "attempt" (
    day INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    account INTEGER NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    run INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    position INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    sent_variant INTEGER NOT NULL,
    messages INTEGER NOT NULL CHECK (messages BETWEEN 1 AND 3),
    tries INTEGER NOT NULL,
    term INTEGER NOT NULL,
    started INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    -- 1 while the attempt keeps its place in the person's and the account's day.
    keeps INTEGER NOT NULL CHECK (keeps IN (0, 1)),
    returned INTEGER NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND messages),
    outcome INTEGER CHECK (outcome BETWEEN 1 AND 5),
    reason INTEGER,
    message_ids TEXT,
    codes TEXT,
    log_id TEXT,
    settled INTEGER,
    PRIMARY KEY (day, recipient, account, number)
) STRICT;
INSERT INTO "attempt" ("day","recipient","account","number","run","segment","position","variant","sent_variant","messages","tries","term","started","deadline","keeps","returned","outcome","reason","message_ids","codes","log_id","settled") VALUES (20777,1,1,1,1,1,0,0,0,1,1,1,1795140000000,1795140010000,1,0,1,69,'m0',NULL,NULL,1795140000000);
INSERT INTO "attempt" ("day","recipient","account","number","run","segment","position","variant","sent_variant","messages","tries","term","started","deadline","keeps","returned","outcome","reason","message_ids","codes","log_id","settled") VALUES (20777,2,1,1,1,1,1,0,0,1,1,1,1795140000000,1795140010000,0,1,2,69,'m1',NULL,NULL,1795140000000);
INSERT INTO "attempt" ("day","recipient","account","number","run","segment","position","variant","sent_variant","messages","tries","term","started","deadline","keeps","returned","outcome","reason","message_ids","codes","log_id","settled") VALUES (20777,3,1,1,1,1,2,0,0,1,1,1,1795140000000,1795140010000,1,0,5,69,'m2',NULL,NULL,1795140000000);
INSERT INTO "attempt" ("day","recipient","account","number","run","segment","position","variant","sent_variant","messages","tries","term","started","deadline","keeps","returned","outcome","reason","message_ids","codes","log_id","settled") VALUES (20777,4,1,1,1,1,3,0,0,1,1,1,1795140000000,1795140010000,0,1,3,69,'m3',NULL,NULL,1795140000000);
INSERT INTO "attempt" ("day","recipient","account","number","run","segment","position","variant","sent_variant","messages","tries","term","started","deadline","keeps","returned","outcome","reason","message_ids","codes","log_id","settled") VALUES (20777,5,1,1,1,1,4,0,0,1,1,1,1795140000000,1795140010000,0,1,3,69,'m4',NULL,NULL,1795140000000);
INSERT INTO "attempt" ("day","recipient","account","number","run","segment","position","variant","sent_variant","messages","tries","term","started","deadline","keeps","returned","outcome","reason","message_ids","codes","log_id","settled") VALUES (20777,6,1,1,1,1,5,0,0,1,1,1,1795140000000,1795140010000,1,0,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE account_hold (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    at INTEGER NOT NULL,
    -- NULL: released.
    reason INTEGER,
    -- NULL: until a person acts.
    until INTEGER
) STRICT;
CREATE TABLE total (
    account INTEGER NOT NULL,
    channel TEXT NOT NULL,
    test INTEGER NOT NULL CHECK (test IN (0, 1)),
    kind INTEGER NOT NULL,
    detail INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (account, channel, test, kind, detail)
) STRICT, WITHOUT ROWID;
INSERT INTO "total" ("account","channel","test","kind","detail","count") VALUES (1,'private-message',0,1,69,1);
INSERT INTO "total" ("account","channel","test","kind","detail","count") VALUES (1,'private-message',0,2,69,1);
INSERT INTO "total" ("account","channel","test","kind","detail","count") VALUES (1,'private-message',0,5,69,1);
INSERT INTO "total" ("account","channel","test","kind","detail","count") VALUES (1,'private-message',0,10,0,6);
INSERT INTO "total" ("account","channel","test","kind","detail","count") VALUES (1,'private-message',0,11,61,1);
INSERT INTO "total" ("account","channel","test","kind","detail","count") VALUES (1,'private-message',0,12,26,1);
INSERT INTO "total" ("account","channel","test","kind","detail","count") VALUES (1,'private-message',0,100,0,6);
CREATE TABLE consent_count (
    account INTEGER NOT NULL,
    state INTEGER NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (account, state)
) STRICT, WITHOUT ROWID;
INSERT INTO "consent_count" ("account","state","people") VALUES (1,1,8);
CREATE TABLE person_name (
    token BLOB NOT NULL CHECK (length(token) = 32),
    name TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (token, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE kept_answer (
    name BLOB PRIMARY KEY CHECK (length(name) = 32),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    body BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    run TEXT NOT NULL DEFAULT '',
    account TEXT NOT NULL DEFAULT '',
    person TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL DEFAULT '',
    figures TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(figures)),
    -- For this one alone; NULL: for everybody.
    target TEXT
) STRICT;
CREATE TABLE notice_target (
    name TEXT NOT NULL,
    page INTEGER NOT NULL CHECK (page IN (0, 1)),
    told INTEGER NOT NULL,
    -- The last notice of the message that is under way.
    upto INTEGER CHECK (upto > told),
    tries INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER,
    last_try INTEGER,
    last_told INTEGER,
    last_failure INTEGER,
    failure TEXT NOT NULL DEFAULT '',
    told_total INTEGER NOT NULL DEFAULT 0,
    failed_total INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (name, page)
) STRICT, WITHOUT ROWID;
CREATE TABLE notice_condition (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL,
    held INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE occasion (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    campaign INTEGER NOT NULL,
    account INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    digest BLOB NOT NULL,
    event INTEGER NOT NULL,
    spends INTEGER NOT NULL CHECK (spends BETWEEN 1 AND 3),
    at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    -- 1 waits, 2 open, 3 ended as its last attempt did, 4 skipped, 5 held out.
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),
    until INTEGER NOT NULL,
    reason INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    messages INTEGER NOT NULL DEFAULT 0,
    -- Of the last attempt that may have left.
    started INTEGER,
    ended INTEGER,
    UNIQUE (campaign, recipient, digest)
) STRICT;
CREATE TABLE person_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token BLOB NOT NULL UNIQUE CHECK (length(token) = 32),
    person TEXT NOT NULL,
    is_issued INTEGER NOT NULL CHECK (is_issued IN (0, 1)),
    made INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    expires INTEGER,
    ended INTEGER
) STRICT;
CREATE TABLE order_change_ahead (
    recipient INTEGER NOT NULL,
    identity BLOB NOT NULL,
    -- The identity of the order's own event.
    of BLOB NOT NULL,
    kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
    amount INTEGER CHECK (amount >= 0),
    at INTEGER NOT NULL,
    -- The how manieth of this order.
    told INTEGER NOT NULL,
    PRIMARY KEY (recipient, identity)
) STRICT, WITHOUT ROWID;
DELETE FROM sqlite_sequence WHERE name = 'notice';
INSERT INTO sqlite_sequence VALUES ('notice', 0);
CREATE INDEX run_live ON run (starts) WHERE state <= 4;
CREATE INDEX segment_of_run ON segment (run);
CREATE INDEX waiting_due ON waiting (run, until);
CREATE INDEX waiting_reason ON waiting (reason, until);
CREATE INDEX run_replaced ON run (replaced_by) WHERE replaced_by IS NOT NULL;
CREATE TRIGGER run_of_lost_time AFTER INSERT ON run
WHEN NEW.starts <= (SELECT unknown_until FROM instance) AND NEW.starts >= (SELECT unknown_from FROM instance)
BEGIN UPDATE run SET valid_until = min(valid_until, NEW.starts) WHERE id = NEW.id; END;
CREATE TRIGGER audit_grows_at_its_end BEFORE INSERT ON audit
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'the audit grows at its end only'); END;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is not changed'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is not deleted from'); END;
CREATE INDEX audit_subject ON audit (subject, seq);
CREATE TRIGGER a_ban_is_final BEFORE UPDATE OF banned ON account
    WHEN OLD.banned IS NOT NULL AND NEW.banned IS NOT OLD.banned
    BEGIN SELECT RAISE(ABORT, 'a ban is final'); END;
CREATE INDEX complaint_open ON complaint (account) WHERE spent = 0;
CREATE INDEX recall_due ON recall (not_before) WHERE state = 1;
CREATE INDEX arrival_open ON arrival (id) WHERE done IS NULL;
CREATE INDEX arrival_done ON arrival (done) WHERE done IS NOT NULL;
CREATE INDEX event_of_person ON event (recipient, at);
CREATE INDEX event_of_run ON event (run, at) WHERE run > 0;
CREATE INDEX event_uncredited ON event (id) WHERE run IS NULL;
CREATE INDEX event_of_account ON event (account, kind, at);
CREATE INDEX echo_unused ON echo (day) WHERE number IS NULL;
CREATE TRIGGER look_is_not_changed BEFORE UPDATE ON look
BEGIN SELECT RAISE(ABORT, 'a look is not changed'); END;
CREATE TRIGGER look_is_not_deleted BEFORE DELETE ON look
BEGIN SELECT RAISE(ABORT, 'a look is not deleted'); END;
CREATE INDEX holdout_turn ON holdout (segment, position) WHERE segment IS NOT NULL;
CREATE INDEX holdout_waits ON holdout (run, until) WHERE until IS NOT NULL;
CREATE INDEX holdout_sent ON holdout (recipient, sent) WHERE sent IS NOT NULL;
CREATE INDEX rollup_unknown ON rollup (count) WHERE kind = 5;
CREATE UNIQUE INDEX app_client_key ON app (client_key) WHERE client_key IS NOT NULL;
CREATE INDEX revision_file ON revision (file_name);
CREATE INDEX revision_digest ON revision (digest, pruned);
CREATE INDEX run_ended ON run (ended) WHERE ended IS NOT NULL;
CREATE INDEX arrival_set_aside ON arrival (id) WHERE done IS NOT NULL AND length(body) > 0;
CREATE INDEX order_change_of ON order_change (event, at);
CREATE TRIGGER order_change_goes AFTER DELETE ON event WHEN OLD.kind = 5 BEGIN
    DELETE FROM order_change WHERE event = OLD.id;
END;
CREATE TRIGGER approval_is_kept BEFORE UPDATE OF revision, person, digest ON approval
BEGIN SELECT RAISE(ABORT, 'an approval is not changed'); END;
CREATE TRIGGER revision_is_kept BEFORE UPDATE OF campaign, number, digest, app, account, file_name ON revision
BEGIN SELECT RAISE(ABORT, 'a revision is not changed'); END;
CREATE TRIGGER revision_content_is_kept BEFORE UPDATE OF content, source ON revision WHEN NEW.pruned = 0
BEGIN SELECT RAISE(ABORT, 'what was approved is not changed'); END;
CREATE TRIGGER campaign_is_kept BEFORE UPDATE ON campaign
BEGIN SELECT RAISE(ABORT, 'a campaign is not changed'); END;
CREATE TRIGGER run_is_kept BEFORE UPDATE OF name, revision, test ON run
BEGIN SELECT RAISE(ABORT, 'a run is not renamed'); END;
CREATE TRIGGER account_is_kept BEFORE UPDATE OF open_id ON account
WHEN NEW.open_id IS NOT OLD.open_id AND EXISTS (SELECT 1 FROM run WHERE account = OLD.id)
BEGIN SELECT RAISE(ABORT, 'an account is its open_id'); END;
CREATE TRIGGER account_is_nobody BEFORE UPDATE OF name, open_id ON account
WHEN NEW.name LIKE 'erased:%' OR NEW.open_id LIKE 'erased:%'
BEGIN SELECT RAISE(ABORT, 'an account is not erased'); END;
CREATE TRIGGER app_is_nobody BEFORE UPDATE OF name ON app WHEN NEW.name LIKE 'erased:%'
BEGIN SELECT RAISE(ABORT, 'an app is not erased'); END;
CREATE INDEX run_test_of_account ON run (account, created) WHERE test = 1;
CREATE INDEX run_test_of_revision ON run (revision) WHERE test = 1;
CREATE INDEX run_starts ON run (starts);
CREATE INDEX run_closing ON run (id) WHERE closing IS NOT NULL;
CREATE INDEX account_hold_of ON account_hold (account, at);
CREATE TRIGGER tally_made AFTER INSERT ON tally BEGIN
    INSERT INTO total SELECT account, channel, test, 100, 0, NEW.messages FROM run WHERE id = NEW.run
        ON CONFLICT DO UPDATE SET count = count + excluded.count;
    INSERT INTO total SELECT account, channel, test, 101, 0, NEW.messages FROM run
        WHERE id = NEW.run AND (NEW.quarter + 32) % 96 NOT BETWEEN 32 AND 87
        ON CONFLICT DO UPDATE SET count = count + excluded.count;
END;
CREATE TRIGGER tally_grown AFTER UPDATE OF messages ON tally WHEN NEW.messages > OLD.messages BEGIN
    INSERT INTO total SELECT account, channel, test, 100, 0, NEW.messages - OLD.messages
        FROM run WHERE id = NEW.run
        ON CONFLICT DO UPDATE SET count = count + excluded.count;
    INSERT INTO total SELECT account, channel, test, 101, 0, NEW.messages - OLD.messages FROM run
        WHERE id = NEW.run AND (NEW.quarter + 32) % 96 NOT BETWEEN 32 AND 87
        ON CONFLICT DO UPDATE SET count = count + excluded.count;
END;
CREATE TRIGGER event_told AFTER INSERT ON event BEGIN
    INSERT INTO total VALUES (NEW.account, '', 0, 200, NEW.kind, 1)
        ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER arrival_put_aside AFTER UPDATE OF done ON arrival
    WHEN OLD.done IS NULL AND NEW.done IS NOT NULL AND length(NEW.body) > 0 BEGIN
    INSERT INTO total VALUES (0, '', 0, 201, 0, 1) ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER consent_made AFTER INSERT ON consent BEGIN
    INSERT INTO consent_count VALUES (NEW.account, NEW.state, 1)
        ON CONFLICT DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER consent_changed AFTER UPDATE OF state ON consent WHEN NEW.state <> OLD.state BEGIN
    UPDATE consent_count SET people = people - 1 WHERE account = OLD.account AND state = OLD.state;
    INSERT INTO consent_count VALUES (NEW.account, NEW.state, 1)
        ON CONFLICT DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER consent_gone AFTER DELETE ON consent BEGIN
    UPDATE consent_count SET people = people - 1 WHERE account = OLD.account AND state = OLD.state;
END;
CREATE INDEX kept_answer_age ON kept_answer (at);
CREATE TRIGGER run_waits_for_review AFTER INSERT ON run
    WHEN NEW.state = 1 AND NEW.test = 0 AND EXISTS (SELECT 1 FROM notice_target) BEGIN
    INSERT INTO notice (at, kind, run, account, person, figures)
        SELECT NEW.created, 1, NEW.name, coalesce((SELECT name FROM account WHERE id = NEW.account), ''),
            c.author, json_object('people', v.people)
        FROM revision v JOIN campaign c ON c.id = v.campaign WHERE v.id = NEW.revision;
END;
CREATE TRIGGER run_has_started AFTER UPDATE OF state ON run
    WHEN NEW.state = 3 AND OLD.state = 2 AND OLD.planned = 0 AND NEW.test = 0
        AND EXISTS (SELECT 1 FROM notice_target) BEGIN
    INSERT INTO notice (at, kind, run, account, figures) VALUES (
        coalesce(NEW.began, NEW.starts), 4, NEW.name,
        coalesce((SELECT name FROM account WHERE id = NEW.account), ''), json_object('people', NEW.audience));
END;
CREATE TRIGGER run_has_ended AFTER UPDATE OF state ON run
    WHEN NEW.state IN (5, 7) AND OLD.state < 5 AND NEW.test = 0 AND EXISTS (SELECT 1 FROM notice_target) BEGIN
    INSERT INTO notice (at, kind, run, account, figures) VALUES (
        coalesce(NEW.ended, NEW.starts), CASE NEW.state WHEN 5 THEN 5 ELSE 6 END, NEW.name,
        coalesce((SELECT name FROM account WHERE id = NEW.account), ''),
        json_object(
            'accepted', (SELECT coalesce(sum(count), 0) FROM rollup WHERE run = NEW.id AND kind = 1),
            'rejected', (SELECT coalesce(sum(count), 0) FROM rollup WHERE run = NEW.id AND kind = 2),
            'unknown', (SELECT coalesce(sum(count), 0) FROM rollup WHERE run = NEW.id AND kind = 5),
            'skipped', (SELECT coalesce(sum(count), 0) FROM rollup WHERE run = NEW.id AND kind = 12),
            'held_out', (SELECT coalesce(sum(count), 0) FROM rollup WHERE run = NEW.id AND kind = 13)));
END;
CREATE TRIGGER account_waits_for_somebody AFTER INSERT ON account_hold
    WHEN NEW.reason IS NOT NULL AND NEW.until IS NULL AND EXISTS (SELECT 1 FROM notice_target) BEGIN
    INSERT INTO notice (at, kind, account, code) SELECT NEW.at, 8, name, CAST(NEW.reason AS TEXT)
        FROM account WHERE id = NEW.account;
END;
CREATE TRIGGER account_froze AFTER UPDATE OF frozen ON account
    WHEN NEW.frozen IS NOT NULL AND OLD.frozen IS NULL AND EXISTS (SELECT 1 FROM notice_target) BEGIN
    INSERT INTO notice (at, kind, account) VALUES (NEW.frozen, 9, NEW.name);
END;
CREATE TRIGGER act_to_tell AFTER INSERT ON audit
    WHEN (NEW.act IN ('approve', 'reject', 'stop-all', 'go') OR (NEW.act = 'pause' AND NEW.person = 'curfew'))
        AND EXISTS (SELECT 1 FROM notice_target) BEGIN
    INSERT INTO notice (at, kind, run, person, code) VALUES (
        NEW.at,
        CASE NEW.act WHEN 'approve' THEN 2 WHEN 'reject' THEN 3 WHEN 'pause' THEN 7 WHEN 'stop-all' THEN 10
            ELSE 11 END,
        CASE WHEN NEW.act IN ('stop-all', 'go') THEN '' ELSE NEW.subject END, NEW.person,
        CASE NEW.act WHEN 'pause' THEN NEW.detail ELSE '' END);
END;
CREATE INDEX run_listens ON run (account, listens) WHERE listens IS NOT NULL AND state <= 4;
CREATE INDEX occasion_due ON occasion (run, until) WHERE state = 1;
CREATE INDEX occasion_started ON occasion (recipient, started) WHERE started IS NOT NULL;
CREATE INDEX occasion_of_event ON occasion (event);
CREATE INDEX occasion_of_run ON occasion (run, state);
CREATE INDEX person_token_person ON person_token (person);
CREATE TRIGGER rollup_made AFTER INSERT ON rollup
    WHEN NEW.count > 0 AND (NEW.kind BETWEEN 1 AND 2 OR NEW.kind = 5 OR NEW.kind BETWEEN 10 AND 12) BEGIN
    INSERT INTO total SELECT account, channel, test, NEW.kind, NEW.reason, NEW.count FROM run WHERE id = NEW.run
        ON CONFLICT DO UPDATE SET count = count + excluded.count;
END;
CREATE TRIGGER rollup_grown AFTER UPDATE OF count ON rollup
    WHEN NEW.count > OLD.count
        AND (NEW.kind BETWEEN 1 AND 2 OR NEW.kind = 5 OR NEW.kind BETWEEN 10 AND 12) BEGIN
    INSERT INTO total SELECT account, channel, test, NEW.kind, NEW.reason, NEW.count - OLD.count
        FROM run WHERE id = NEW.run
        ON CONFLICT DO UPDATE SET count = count + excluded.count;
END;
