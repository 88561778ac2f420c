export * from "./company.ts"
export { companyMachine, decideCompany } from "./company-lifecycle.ts"
export { companyNameLimit, type InvalidCompanyName, renameCompany } from "./rename-company.ts"
