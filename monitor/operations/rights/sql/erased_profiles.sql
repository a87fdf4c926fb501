-- One row is a profile that is erased, with its key and what comes in the place of both; `erased_texts` has what comes in the place of the texts of its
-- positions, `erased_moves` of the ids of its moves. Reads nothing. Exists because Python has planned the erasure and hands it over in these tables.
CREATE OR REPLACE TEMP TABLE erased_profiles (source VARCHAR, profile VARCHAR, key VARCHAR, number VARCHAR, number_key VARCHAR);
CREATE OR REPLACE TEMP TABLE erased_texts (source VARCHAR, profile VARCHAR, field VARCHAR, written VARCHAR, becomes VARCHAR);
CREATE OR REPLACE TEMP TABLE erased_moves (move VARCHAR, number_move VARCHAR);
