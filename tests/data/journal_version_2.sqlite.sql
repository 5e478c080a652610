CREATE TABLE zender_counters (
	source_id INTEGER NOT NULL, 
	kind SMALLINT NOT NULL, 
	sim BIGINT NOT NULL, 
	received BIGINT NOT NULL, 
	last_id INTEGER NOT NULL, 
	PRIMARY KEY (source_id, kind, sim), 
	FOREIGN KEY(source_id) REFERENCES zender_sources (id)
);
INSERT INTO "zender_counters" VALUES(1,0,1,4,6);
INSERT INTO "zender_counters" VALUES(1,3,-1,1,5);
INSERT INTO "zender_counters" VALUES(1,2,2,1,4);
CREATE TABLE zender_entries (
	entry_id VARCHAR(255) NOT NULL, 
	delivered_id INTEGER NOT NULL, 
	PRIMARY KEY (entry_id)
);
INSERT INTO "zender_entries" VALUES('01JZENDERENTRY0000000000A1',5);
CREATE TABLE zender_messages (
	id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	kind SMALLINT NOT NULL, 
	direction SMALLINT NOT NULL, 
	pending SMALLINT NOT NULL, 
	gateway_id BIGINT NOT NULL, 
	rid BIGINT, 
	sim BIGINT, 
	peer VARCHAR(255) NOT NULL, 
	title TEXT, 
	text TEXT NOT NULL, 
	attachment TEXT, 
	extra TEXT, 
	timestamp BIGINT NOT NULL, 
	received_at BIGINT NOT NULL, 
	fingerprint BLOB, 
	upload BLOB, 
	state SMALLINT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(source_id) REFERENCES zender_sources (id)
);
INSERT INTO "zender_messages" VALUES(1,1,0,0,1,1,1,1,'+393331234567',NULL,'The parcel is at the door',NULL,NULL,1793599201,1793620800000,X'6AE826E145B2B119C3D07A97EE4C9E31',X'0000288B9F9FAF52C3F5D370F2A5A9E6',NULL);
INSERT INTO "zender_messages" VALUES(2,1,0,0,1,2,2,1,'+393331234567',NULL,'La città è bella',NULL,NULL,1793599202,1793620800000,X'6AE826E26DB5BCE78E2DC2636C87AA4E',X'0000288BF02D9FB91BEC386C1022AA55',NULL);
INSERT INTO "zender_messages" VALUES(3,1,0,0,1,3,3,1,'+393331234567',NULL,'กรุณาเปิดประตู',NULL,NULL,1793599203,1793620800000,X'6AE826E3B457C07C6043A64FED0231B3',X'0000288BD9E0D6DA7414463811F53004',NULL);
INSERT INTO "zender_messages" VALUES(4,1,2,0,1,1,NULL,2,'*100#',NULL,'Your balance is 12.50',NULL,NULL,1793599204,1793620800000,X'6AE826E416861D7CB24ADB69BEA8DDB7',NULL,NULL);
INSERT INTO "zender_messages" VALUES(5,1,3,0,1,5,NULL,NULL,'com.ring.android','Doorbell','Somebody  rings
at the door',NULL,NULL,1793599205,1793620800000,X'6AE826E53E18BBAB45D91F8FAFD140D2',NULL,NULL);
INSERT INTO "zender_messages" VALUES(6,1,0,0,1,6,6,1,'+390000000001',NULL,'Привет',NULL,NULL,1793599206,1793620800000,X'6AE826E6E0C75E45F09794774D279B42',X'0000288B14F862DD6F588A99F0324008',NULL);
CREATE TABLE zender_schema (
	version INTEGER NOT NULL
);
INSERT INTO "zender_schema" VALUES(2);
CREATE TABLE zender_sources (
	id INTEGER NOT NULL, 
	entry_id VARCHAR(255) NOT NULL, 
	source VARCHAR(255) NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "zender_sources" VALUES(1,'01JZENDERENTRY0000000000A1','7c1e5b02-44d0-4f3a-9a52-3b8e6f10c4d7');
CREATE TABLE zender_texts (
	id INTEGER NOT NULL, 
	folded TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "zender_texts" VALUES(1,'theparcelisatthedoor');
INSERT INTO "zender_texts" VALUES(2,'lacittaebella');
INSERT INTO "zender_texts" VALUES(3,'กรุณาเปิดประตู');
INSERT INTO "zender_texts" VALUES(4,'yourbalanceis12.50');
INSERT INTO "zender_texts" VALUES(5,'doorbellsomebodyringsatthedoor');
INSERT INTO "zender_texts" VALUES(6,'привет');
CREATE UNIQUE INDEX zender_sources_name ON zender_sources (entry_id, source);
CREATE UNIQUE INDEX zender_messages_fingerprint ON zender_messages (fingerprint);
CREATE INDEX zender_messages_upload ON zender_messages (upload) WHERE upload IS NOT NULL;
CREATE INDEX zender_messages_peer ON zender_messages (peer, id);
CREATE INDEX zender_messages_received ON zender_messages (received_at);
CREATE INDEX zender_messages_source ON zender_messages (source_id, id);
