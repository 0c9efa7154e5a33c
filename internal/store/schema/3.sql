-- The epoch that an attempt went on in from a checkpoint, counted from 1; 0 where it began at the beginning.
ALTER TABLE attempts ADD COLUMN resumed INTEGER NOT NULL DEFAULT 0;
