CREATE TABLE `zender_counters` (
  `source_id` bigint(20) NOT NULL,
  `kind` smallint(6) NOT NULL,
  `sim` bigint(20) NOT NULL,
  `received` bigint(20) NOT NULL,
  `last_id` bigint(20) NOT NULL,
  PRIMARY KEY (`source_id`,`kind`,`sim`),
  CONSTRAINT `zender_counters_ibfk_1` FOREIGN KEY (`source_id`) REFERENCES `zender_sources` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `zender_counters` VALUES (1,0,1,4,6);
INSERT INTO `zender_counters` VALUES (1,2,2,1,4);
INSERT INTO `zender_counters` VALUES (1,3,-1,1,5);
CREATE TABLE `zender_entries` (
  `entry_id` varchar(255) NOT NULL,
  `delivered_id` bigint(20) NOT NULL,
  PRIMARY KEY (`entry_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `zender_entries` VALUES ('01JZENDERENTRY0000000000A1',5);
CREATE TABLE `zender_messages` (
  `id` bigint(20) NOT NULL,
  `source_id` bigint(20) NOT NULL,
  `kind` smallint(6) NOT NULL,
  `direction` smallint(6) NOT NULL,
  `pending` smallint(6) NOT NULL,
  `gateway_id` bigint(20) NOT NULL,
  `rid` bigint(20) DEFAULT NULL,
  `sim` bigint(20) DEFAULT NULL,
  `peer` varchar(255) NOT NULL,
  `title` mediumtext DEFAULT NULL,
  `text` mediumtext NOT NULL,
  `attachment` mediumtext DEFAULT NULL,
  `extra` mediumtext DEFAULT NULL,
  `timestamp` bigint(20) NOT NULL,
  `received_at` bigint(20) NOT NULL,
  `fingerprint` binary(16) DEFAULT NULL,
  `upload` binary(16) DEFAULT NULL,
  `state` smallint(6) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `zender_messages_fingerprint` (`fingerprint`),
  KEY `zender_messages_upload` (`upload`),
  KEY `zender_messages_peer` (`peer`,`id`),
  KEY `zender_messages_received` (`received_at`),
  KEY `zender_messages_source` (`source_id`,`id`),
  CONSTRAINT `zender_messages_ibfk_1` FOREIGN KEY (`source_id`) REFERENCES `zender_sources` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `zender_messages` VALUES (1,1,0,0,1,13,13,1,'+393331234567',NULL,'The parcel is at the door',NULL,NULL,1793599213,1793620800000,0x6AE826ED14CF2C09EA22082C7D8366A2,0x0000288BA7D438D9BEF95CE581D9AB53,NULL);
INSERT INTO `zender_messages` VALUES (2,1,0,0,1,14,14,1,'+393331234567',NULL,'La città è bella',NULL,NULL,1793599214,1793620800000,0x6AE826EE2CC67C40720ED1A1E00A95F9,0x0000288B13974E7B2468B34170D97BA8,NULL);
INSERT INTO `zender_messages` VALUES (3,1,0,0,1,15,15,1,'+393331234567',NULL,'กรุณาเปิดประตู',NULL,NULL,1793599215,1793620800000,0x6AE826EF66C8A8A499531762ED86F53F,0x0000288B803EA00CB1F5820EC3202CE9,NULL);
INSERT INTO `zender_messages` VALUES (4,1,2,0,1,1,NULL,2,'*100#',NULL,'Your balance is 12.50',NULL,NULL,1793599216,1793620800000,0x6AE826F044E4C17F9B3715BA25C0BF17,NULL,NULL);
INSERT INTO `zender_messages` VALUES (5,1,3,0,1,17,NULL,NULL,'com.ring.android','Doorbell','Somebody  rings\nat the door',NULL,NULL,1793599217,1793620800000,0x6AE826F1FD764EEA3A99C76EE7F3D432,NULL,NULL);
INSERT INTO `zender_messages` VALUES (6,1,0,0,1,18,18,1,'+390000000001',NULL,'Привет',NULL,NULL,1793599218,1793620800000,0x6AE826F257C7319EA7C188E84BF00050,0x0000288B343E7CD121268F0F1857EDC8,NULL);
CREATE TABLE `zender_schema` (
  `version` int(11) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `zender_schema` VALUES (2);
CREATE TABLE `zender_sources` (
  `id` bigint(20) NOT NULL,
  `entry_id` varchar(255) NOT NULL,
  `source` varchar(255) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `zender_sources_name` (`entry_id`,`source`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `zender_sources` VALUES (1,'01JZENDERENTRY0000000000A1','7c1e5b02-44d0-4f3a-9a52-3b8e6f10c4d7');
CREATE TABLE `zender_texts` (
  `id` bigint(20) NOT NULL,
  `folded` mediumtext NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `zender_texts` VALUES (1,'theparcelisatthedoor');
INSERT INTO `zender_texts` VALUES (2,'lacittaebella');
INSERT INTO `zender_texts` VALUES (3,'กรุณาเปิดประตู');
INSERT INTO `zender_texts` VALUES (4,'yourbalanceis12.50');
INSERT INTO `zender_texts` VALUES (5,'doorbellsomebodyringsatthedoor');
INSERT INTO `zender_texts` VALUES (6,'привет');
