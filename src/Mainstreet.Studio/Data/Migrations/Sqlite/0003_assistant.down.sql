DROP TABLE studio_ai_budgets;
DROP TABLE studio_ai_uses;
