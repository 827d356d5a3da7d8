-- +goose Up
-- Figures on the working of the system, as they were shown: made once for each
-- day and scope by whoever comes first, and not changed after. They hold what
-- anybody with the page may see, and nothing finer.
CREATE TABLE working_days (
    part    TEXT NOT NULL,
    day     TEXT NOT NULL,
    rule    TEXT NOT NULL,
    scope   TEXT NOT NULL,
    body    TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (part, day, rule, scope)
);
