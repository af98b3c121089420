// Where the shop's API is, and whose products are shown. Without a business all shops are.
export const api = '{{api}}';
export const business = '{{business}}';
