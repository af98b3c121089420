DROP TABLE access.sign_in_challenges;
DROP TABLE access.recovery_codes;
DROP TABLE access.sms_codes;
DROP TABLE access.sms_factors;
DROP TABLE access.totp_factors;
ALTER TABLE access.sessions DROP COLUMN agent;
ALTER TABLE access.sessions DROP COLUMN proved_at;
