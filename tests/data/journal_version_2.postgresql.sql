CREATE TABLE public.zender_counters (
    source_id bigint NOT NULL,
    kind smallint NOT NULL,
    sim bigint NOT NULL,
    received bigint NOT NULL,
    last_id bigint NOT NULL
);
CREATE TABLE public.zender_entries (
    entry_id character varying(255) NOT NULL,
    delivered_id bigint NOT NULL
);
CREATE TABLE public.zender_messages (
    id bigint NOT NULL,
    source_id bigint NOT NULL,
    kind smallint NOT NULL,
    direction smallint NOT NULL,
    pending smallint NOT NULL,
    gateway_id bigint NOT NULL,
    rid bigint,
    sim bigint,
    peer character varying(255) NOT NULL,
    title text,
    text text NOT NULL,
    attachment text,
    extra text,
    "timestamp" bigint NOT NULL,
    received_at bigint NOT NULL,
    fingerprint bytea,
    upload bytea,
    state smallint
);
CREATE TABLE public.zender_schema (
    version integer NOT NULL
);
CREATE TABLE public.zender_sources (
    id bigint NOT NULL,
    entry_id character varying(255) NOT NULL,
    source character varying(255) NOT NULL
);
CREATE TABLE public.zender_texts (
    id bigint NOT NULL,
    folded text NOT NULL
);
INSERT INTO public.zender_counters VALUES (1, 3, -1, 1, 5);
INSERT INTO public.zender_counters VALUES (1, 2, 2, 1, 4);
INSERT INTO public.zender_counters VALUES (1, 0, 1, 4, 6);
INSERT INTO public.zender_entries VALUES ('01JZENDERENTRY0000000000A1', 5);
INSERT INTO public.zender_messages VALUES (1, 1, 0, 0, 1, 7, 7, 1, '+393331234567', NULL, 'The parcel is at the door', NULL, NULL, 1793599207, 1793620800000, '\x6ae826e7009b49be4f14a546f2a90aa3', '\x0000288b6cacfd60b560392fef5a0978', NULL);
INSERT INTO public.zender_messages VALUES (2, 1, 0, 0, 1, 8, 8, 1, '+393331234567', NULL, 'La città è bella', NULL, NULL, 1793599208, 1793620800000, '\x6ae826e8ff213bf11a93a15c1d735efd', '\x0000288bd982df7987d2f6082cd2ec8c', NULL);
INSERT INTO public.zender_messages VALUES (3, 1, 0, 0, 1, 9, 9, 1, '+393331234567', NULL, 'กรุณาเปิดประตู', NULL, NULL, 1793599209, 1793620800000, '\x6ae826e9c3f1012b8e1009ffb1b2a192', '\x0000288b2b811b69c6cc6c9a5624b498', NULL);
INSERT INTO public.zender_messages VALUES (4, 1, 2, 0, 1, 1, NULL, 2, '*100#', NULL, 'Your balance is 12.50', NULL, NULL, 1793599210, 1793620800000, '\x6ae826ea73de193be77edb24bdcb3fab', NULL, NULL);
INSERT INTO public.zender_messages VALUES (5, 1, 3, 0, 1, 11, NULL, NULL, 'com.ring.android', 'Doorbell', 'Somebody  rings
at the door', NULL, NULL, 1793599211, 1793620800000, '\x6ae826ebe5c6762e5e5970f816fca9a4', NULL, NULL);
INSERT INTO public.zender_messages VALUES (6, 1, 0, 0, 1, 12, 12, 1, '+390000000001', NULL, 'Привет', NULL, NULL, 1793599212, 1793620800000, '\x6ae826ec97f207f30dec404328e5aa1b', '\x0000288b4c61ff6cb5b590fdc080d022', NULL);
INSERT INTO public.zender_schema VALUES (2);
INSERT INTO public.zender_sources VALUES (1, '01JZENDERENTRY0000000000A1', '7c1e5b02-44d0-4f3a-9a52-3b8e6f10c4d7');
INSERT INTO public.zender_texts VALUES (1, 'theparcelisatthedoor');
INSERT INTO public.zender_texts VALUES (2, 'lacittaebella');
INSERT INTO public.zender_texts VALUES (3, 'กรุณาเปิดประตู');
INSERT INTO public.zender_texts VALUES (4, 'yourbalanceis12.50');
INSERT INTO public.zender_texts VALUES (5, 'doorbellsomebodyringsatthedoor');
INSERT INTO public.zender_texts VALUES (6, 'привет');
ALTER TABLE ONLY public.zender_counters
    ADD CONSTRAINT zender_counters_pkey PRIMARY KEY (source_id, kind, sim);
ALTER TABLE ONLY public.zender_entries
    ADD CONSTRAINT zender_entries_pkey PRIMARY KEY (entry_id);
ALTER TABLE ONLY public.zender_messages
    ADD CONSTRAINT zender_messages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.zender_sources
    ADD CONSTRAINT zender_sources_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.zender_texts
    ADD CONSTRAINT zender_texts_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX zender_messages_fingerprint ON public.zender_messages USING btree (fingerprint);
CREATE INDEX zender_messages_peer ON public.zender_messages USING btree (peer, id);
CREATE INDEX zender_messages_received ON public.zender_messages USING btree (received_at);
CREATE INDEX zender_messages_source ON public.zender_messages USING btree (source_id, id);
CREATE INDEX zender_messages_upload ON public.zender_messages USING btree (upload) WHERE (upload IS NOT NULL);
CREATE UNIQUE INDEX zender_sources_name ON public.zender_sources USING btree (entry_id, source);
CREATE INDEX zender_texts_trigrams ON public.zender_texts USING gin (folded public.gin_trgm_ops) WITH (gin_pending_list_limit='64');
ALTER TABLE ONLY public.zender_counters
    ADD CONSTRAINT zender_counters_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.zender_sources(id);
ALTER TABLE ONLY public.zender_messages
    ADD CONSTRAINT zender_messages_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.zender_sources(id);
