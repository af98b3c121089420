DROP TABLE access_sign_in_challenges;
DROP TABLE access_recovery_codes;
DROP TABLE access_sms_codes;
DROP TABLE access_sms_factors;
DROP TABLE access_totp_factors;
ALTER TABLE access_sessions DROP COLUMN agent;
ALTER TABLE access_sessions DROP COLUMN proved_at;
